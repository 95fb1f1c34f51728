package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.Metadata;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a GGUF model back as the Hugging Face folder it could have come from: the inverse of each
 * mapping, written anew.
 */
final class HfWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Tensor data with what the header says of it. */
  private record Stored(String dtype, long[] shape, byte[] bytes) {}

  private final GgufFile file;
  private final Metadata keys;
  private final String architecture;
  private final Map<String, Stored> tensors = new LinkedHashMap<>();

  HfWriter(GgufFile file) {
    this.file = file;
    this.keys = file.metadata();
    this.architecture = keys.string("general.architecture");
  }

  /**
   * Writes ternary matrices packed, four rows to a byte, with the scale or its inverse beside them.
   */
  HfWriter packed(boolean inverse) {
    for (TensorInfo tensor : file.tensors().values()) {
      if (tensor.type() == QuantType.I2_S) {
        float[] values = file.vector(tensor.name());
        float scale = 0;
        for (float value : values) {
          scale = Math.max(scale, Math.abs(value));
        }
        byte[] packed = new byte[values.length / 4];
        for (int i = 0; i < values.length; i++) {
          int code = 1 + (int) Math.signum(values[i]);
          packed[i % packed.length] |= (byte) (code << 2 * (i / packed.length));
        }
        long[] shape = tensor.dimensions();
        String name = hfName(tensor.name());
        tensors.put(name, new Stored("U8", new long[] {shape[1] / 4, shape[0]}, packed));
        float stored = inverse ? 1 / scale : scale;
        tensors.put(
            name + "_scale", new Stored("F32", new long[] {1}, bytes(new float[] {stored})));
      }
    }
    return this;
  }

  /** Writes all files, the tensors in {@code shards} of them. */
  void write(Path folder, int shards) throws IOException {
    for (TensorInfo tensor : file.tensors().values()) {
      if (!tensors.containsKey(hfName(tensor.name()))) {
        add(tensor);
      }
    }
    JSON.writeValue(folder.resolve("config.json").toFile(), config());
    if (keys.string("tokenizer.ggml.model").equals("llama")) {
      new SpmFiles(keys).writeModel(folder.resolve("tokenizer.model"));
    } else {
      JSON.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer());
    }
    JSON.writeValue(
        folder.resolve("tokenizer_config.json").toFile(),
        JSON.createObjectNode()
            .put("add_bos_token", keys.optionalBool("tokenizer.ggml.add_bos_token").orElse(false)));
    String[] names = tensors.keySet().toArray(String[]::new);
    ObjectNode index = JSON.createObjectNode();
    for (int shard = 0; shard < shards; shard++) {
      String name =
          shards == 1
              ? "model.safetensors"
              : "model-0000%d-of-0000%d.safetensors".formatted(shard + 1, shards);
      String[] part =
          Arrays.copyOfRange(
              names, names.length * shard / shards, names.length * (shard + 1) / shards);
      for (String tensor : part) {
        index.withObject("/weight_map").put(tensor, name);
      }
      writeShard(folder.resolve(name), part);
    }
    if (shards > 1) {
      JSON.writeValue(folder.resolve("model.safetensors.index.json").toFile(), index);
    }
  }

  private void writeShard(Path path, String[] names) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long at = 0;
    for (String name : names) {
      Stored tensor = tensors.get(name);
      ObjectNode entry = header.putObject(name).put("dtype", tensor.dtype);
      Arrays.stream(tensor.shape).forEach(entry.withArray("/shape")::add);
      entry.withArray("/data_offsets").add(at).add(at + tensor.bytes.length);
      at += tensor.bytes.length;
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    try (var out = Files.newOutputStream(path)) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
      out.write(text);
      for (String name : names) {
        out.write(tensors.get(name).bytes);
      }
    }
  }

  private void add(TensorInfo tensor) {
    String name = tensor.name();
    if (name.equals("rope_freqs.weight")) {
      return; // made again from config.json
    }
    if (name.endsWith("_exps.weight") || name.endsWith("_exps.bias")) {
      if (name.contains("gate")) {
        addExperts(name.substring(0, name.indexOf("ffn_")));
      }
      return;
    }
    long[] dims = tensor.dimensions();
    int columns = (int) dims[0];
    int rows = dims.length == 2 ? (int) dims[1] : 1;
    float[] values = file.vector(name);
    long[] shape = dims.length == 2 ? new long[] {rows, columns} : new long[] {columns};
    if (architecture.equals("llama") && name.matches(".*attn_[qk].weight")) {
      int heads =
          number(name.contains("attn_q") ? "attention.head_count" : "attention.head_count_kv");
      values = halves(values, columns, rows / heads, heads);
    }
    if (architecture.equals("gpt2")
        && name.matches("blk.*(attn_qkv|attn_output|ffn_up|ffn_down).weight")) {
      float[] turned = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        turned[i % columns * rows + i / columns] = values[i];
      }
      values = turned;
      shape = new long[] {columns, rows};
    }
    tensors.put(hfName(name), new Stored("F32", shape, bytes(values)));
  }

  /** Pairs (2 i, 2 i + 1) of each head go to its halves. */
  private static float[] halves(float[] paired, int columns, int dim, int heads) {
    float[] out = new float[paired.length];
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < dim / 2; i++) {
        System.arraycopy(
            paired, (head * dim + 2 * i) * columns, out, (head * dim + i) * columns, columns);
        System.arraycopy(
            paired,
            (head * dim + 2 * i + 1) * columns,
            out,
            (head * dim + dim / 2 + i) * columns,
            columns);
      }
    }
    return out;
  }

  private void addExperts(String blk) {
    String to = "model.layers." + blk.split("\\.")[1] + ".mlp.experts.";
    byte[] gate = mxfp4(blk + "ffn_gate_exps.weight");
    byte[] up = mxfp4(blk + "ffn_up_exps.weight");
    long[] shape = file.tensor(blk + "ffn_gate_exps.weight").dimensions();
    addBlocks(
        to + "gate_up_proj",
        interleaved(gate, up, (int) shape[0] / 32 * 17),
        shape[2],
        2 * shape[1],
        shape[0] / 32);
    float[] gateBias = file.vector(blk + "ffn_gate_exps.bias");
    float[] upBias = file.vector(blk + "ffn_up_exps.bias");
    byte[] biases = interleaved(bytes(gateBias), bytes(upBias), 4);
    tensors.put(
        to + "gate_up_proj_bias", new Stored("F32", new long[] {shape[2], 2 * shape[1]}, biases));
    long[] down = file.tensor(blk + "ffn_down_exps.weight").dimensions();
    addBlocks(
        to + "down_proj", mxfp4(blk + "ffn_down_exps.weight"), down[2], down[1], down[0] / 32);
    tensors.put(
        to + "down_proj_bias",
        new Stored(
            "F32", new long[] {down[2], down[1]}, bytes(file.vector(blk + "ffn_down_exps.bias"))));
  }

  private byte[] mxfp4(String name) {
    return file.data(file.tensor(name)).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
  }

  private void addBlocks(String name, byte[] blocks, long experts, long rows, long rowBlocks) {
    byte[] scales = new byte[blocks.length / 17];
    byte[] codes = new byte[scales.length * 16];
    for (int block = 0; block < scales.length; block++) {
      scales[block] = blocks[17 * block];
      int[] weights = new int[32];
      for (int j = 0; j < 16; j++) {
        weights[j] = blocks[17 * block + 1 + j] & 15;
        weights[j + 16] = blocks[17 * block + 1 + j] >> 4 & 15;
      }
      for (int j = 0; j < 16; j++) {
        codes[16 * block + j] = (byte) (weights[2 * j] + 16 * weights[2 * j + 1]);
      }
    }
    tensors.put(
        name + "_blocks", new Stored("U8", new long[] {experts, rows, rowBlocks, 16}, codes));
    tensors.put(name + "_scales", new Stored("U8", new long[] {experts, rows, rowBlocks}, scales));
  }

  private static byte[] interleaved(byte[] even, byte[] odd, int unit) {
    byte[] out = new byte[2 * even.length];
    for (int i = 0; i < even.length / unit; i++) {
      System.arraycopy(even, i * unit, out, 2 * i * unit, unit);
      System.arraycopy(odd, i * unit, out, (2 * i + 1) * unit, unit);
    }
    return out;
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer out = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    out.asFloatBuffer().put(values);
    return out.array();
  }

  private String hfName(String name) {
    boolean gpt2 = architecture.equals("gpt2");
    boolean oss = architecture.equals("gpt-oss");
    String[][] parts =
        gpt2
            ? new String[][] {
              {"token_embd", "wte"},
              {"position_embd", "wpe"},
              {"output_norm", "ln_f"},
              {"blk.", "h."},
              {"attn_norm", "ln_1"},
              {"attn_qkv", "attn.c_attn"},
              {"attn_output", "attn.c_proj"},
              {"ffn_norm", "ln_2"},
              {"ffn_up", "mlp.c_fc"},
              {"ffn_down", "mlp.c_proj"}
            }
            : new String[][] {
              {"token_embd", "model.embed_tokens"},
              {"output_norm", "model.norm"},
              {"blk.", "model.layers."},
              {"post_attention_norm", "post_attention_layernorm"},
              {"attn_norm", "input_layernorm"},
              {"ffn_norm", "post_attention_layernorm"},
              {"attn_sub_norm", "self_attn.attn_sub_norm"},
              {"ffn_sub_norm", "mlp.ffn_sub_norm"},
              {"attn_sinks.weight", "self_attn.sinks"},
              {"attn_q", "self_attn.q_proj"},
              {"attn_k", "self_attn.k_proj"},
              {"attn_v", "self_attn.v_proj"},
              {"attn_output", "self_attn.o_proj"},
              {"ffn_gate_inp", oss ? "mlp.router" : "-"},
              {"ffn_gate", "mlp.gate_proj"},
              {"ffn_up", "mlp.up_proj"},
              {"ffn_down", "mlp.down_proj"}
            };
    if (name.equals("output.weight")) {
      return "lm_head.weight";
    }
    String found = name;
    for (String[] part : parts) {
      if (found.startsWith(part[0]) || found.contains("." + part[0])) {
        found = found.replace(part[0], part[1]);
      }
    }
    return found;
  }

  private int number(String key) {
    return keys.intValue(architecture + "." + key);
  }

  private ObjectNode config() {
    ObjectNode config = JSON.createObjectNode();
    boolean bitnet = architecture.startsWith("bitnet");
    config.put("model_type", bitnet ? "bitnet" : architecture.replace('-', '_'));
    keys.optionalInt("tokenizer.ggml.bos_token_id").ifPresent(id -> config.put("bos_token_id", id));
    keys.optionalInt("tokenizer.ggml.eos_token_id").ifPresent(id -> config.put("eos_token_id", id));
    if (architecture.equals("gpt2")) {
      config
          .put("n_positions", number("context_length"))
          .put("n_embd", number("embedding_length"))
          .put("n_layer", number("block_count"))
          .put("n_head", number("attention.head_count"))
          .put("n_inner", number("feed_forward_length"))
          .put("layer_norm_epsilon", keys.floatValue("gpt2.attention.layer_norm_epsilon"));
      return config;
    }
    config.put("hidden_act", architecture.equals("bitnet-b1.58") ? "relu2" : "silu");
    config
        .put("max_position_embeddings", number("context_length"))
        .put("hidden_size", number("embedding_length"))
        .put("num_hidden_layers", number("block_count"))
        .put("num_attention_heads", number("attention.head_count"))
        .put("num_key_value_heads", number("attention.head_count_kv"))
        .put(
            "intermediate_size",
            architecture.equals("gpt-oss")
                ? number("expert_feed_forward_length")
                : number("feed_forward_length"))
        .put("rms_norm_eps", keys.floatValue(architecture + ".attention.layer_norm_rms_epsilon"))
        .put(
            "rope_theta",
            keys.has(architecture + ".rope.freq_base")
                ? keys.floatValue(architecture + ".rope.freq_base")
                : 10_000)
        .put("tie_word_embeddings", !file.has("output.weight"));
    if (file.has("rope_freqs.weight")) { // the one golden that has it stretches 256 positions by 8
      config
          .putObject("rope_scaling")
          .put("rope_type", "llama3")
          .put("factor", 8.0)
          .put("low_freq_factor", 1.0)
          .put("high_freq_factor", 4.0)
          .put("original_max_position_embeddings", 256);
    }
    if (architecture.equals("gpt-oss")) {
      config
          .put("head_dim", number("attention.key_length"))
          .put("num_local_experts", number("expert_count"))
          .put("num_experts_per_tok", number("expert_used_count"))
          .put("sliding_window", number("attention.sliding_window"));
      config
          .putObject("rope_scaling")
          .put("rope_type", "yarn")
          .put("factor", keys.floatValue("gpt-oss.rope.scaling.factor"))
          .put("original_max_position_embeddings", number("rope.scaling.original_context_length"))
          .put("beta_fast", 32.0)
          .put("beta_slow", 1.0);
    }
    return config;
  }

  private ObjectNode tokenizer() {
    String[] tokens = keys.strings("tokenizer.ggml.tokens");
    int[] kinds = keys.ints("tokenizer.ggml.token_type");
    ObjectNode json = JSON.createObjectNode();
    ObjectNode model = json.putObject("model").put("type", "BPE");
    ObjectNode vocabulary = model.putObject("vocab");
    var added = json.putArray("added_tokens");
    for (int id = 0; id < tokens.length; id++) {
      if (kinds[id] == 3 || kinds[id] == 4) {
        added.addObject().put("id", id).put("content", tokens[id]).put("special", kinds[id] == 3);
      } else if (kinds[id] == 1) {
        vocabulary.put(tokens[id], id);
      }
    }
    for (String merge : keys.strings("tokenizer.ggml.merges")) {
      model.withArray("/merges").add(merge);
    }
    String pre = keys.string("tokenizer.ggml.pre");
    String pattern =
        switch (pre) {
          case "gpt-4o" -> "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*";
          case "llama-bpe" ->
              "(?i:'s|'t)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+";
          case "qwen2" -> "(?i:'s|'t)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+";
          default -> "";
        };
    ObjectNode split = json.putObject("pre_tokenizer").put("type", "Sequence");
    if (!pattern.isEmpty()) {
      split
          .withArray("/pretokenizers")
          .addObject()
          .put("type", "Split")
          .putObject("pattern")
          .put("Regex", pattern);
    } else if (pre.equals("smollm")) {
      split
          .withArray("/pretokenizers")
          .addObject()
          .put("type", "Digits")
          .put("individual_digits", true);
    }
    split
        .withArray("/pretokenizers")
        .addObject()
        .put("type", "ByteLevel")
        .put("use_regex", pattern.isEmpty());
    return json;
  }
}
