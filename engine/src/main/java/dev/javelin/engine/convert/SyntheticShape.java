package dev.javelin.engine.convert;

import dev.javelin.tensor.QuantType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The published models whose shapes a synthetic file can have: their keys and tensors, without
 * their weights.
 */
public enum SyntheticShape {
  SMOLLM2_135M(
      "SmolLM2-135M", "llama", "smollm", 49_152, 30, 576, 1536, 9, 3, 64, 8192, 100_000, 1e-5f),
  LLAMA_1B(
      "Llama-3.2-1B",
      "llama",
      "llama-bpe",
      128_256,
      16,
      2048,
      8192,
      32,
      8,
      64,
      131_072,
      500_000,
      1e-5f),
  QWEN2_5_CODER_7B(
      "Qwen2.5-Coder-7B",
      "qwen2",
      "qwen2",
      152_064,
      28,
      3584,
      18_944,
      28,
      4,
      128,
      32_768,
      1_000_000,
      1e-6f),
  BITNET_2B(
      "BitNet-b1.58-2B-4T",
      "bitnet-b1.58",
      "llama-bpe",
      128_256,
      30,
      2560,
      6912,
      20,
      5,
      128,
      4096,
      500_000,
      1e-5f),
  GPT_OSS_20B(
      "gpt-oss-20b",
      "gpt-oss",
      "gpt-4o",
      201_088,
      24,
      2880,
      2880,
      64,
      8,
      64,
      131_072,
      150_000,
      1e-5f);

  /** One tensor of a shape; GGUF's order of dimensions. */
  public record Tensor(String name, QuantType type, long... dimensions) {
    /** Number of weights. */
    public long weights() {
      return Arrays.stream(dimensions).reduce(1, Math::multiplyExact);
    }
  }

  private static final int EXPERTS = 32;

  private final String label;
  private final String architecture;
  private final String preTokenizer;
  private final int vocabulary;
  private final int layers;
  private final int embedding;
  private final int feedForward;
  private final int heads;
  private final int kvHeads;
  private final int headDim;
  private final int context;
  private final float ropeBase;
  private final float epsilon;

  SyntheticShape(
      String label,
      String architecture,
      String preTokenizer,
      int vocabulary,
      int layers,
      int embedding,
      int feedForward,
      int heads,
      int kvHeads,
      int headDim,
      int context,
      float ropeBase,
      float epsilon) {
    this.label = label;
    this.architecture = architecture;
    this.preTokenizer = preTokenizer;
    this.vocabulary = vocabulary;
    this.layers = layers;
    this.embedding = embedding;
    this.feedForward = feedForward;
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.headDim = headDim;
    this.context = context;
    this.ropeBase = ropeBase;
    this.epsilon = epsilon;
  }

  /** The name that users write. */
  public String label() {
    return label;
  }

  /** The shape of this name, in any case. */
  public static Optional<SyntheticShape> byLabel(String label) {
    return Arrays.stream(values()).filter(shape -> shape.label.equalsIgnoreCase(label)).findFirst();
  }

  int vocabulary() {
    return vocabulary;
  }

  String preTokenizer() {
    return preTokenizer;
  }

  boolean isHarmony() {
    return this == GPT_OSS_20B;
  }

  /** The keys of the architecture. */
  Map<String, Object> keys() {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("general.architecture", architecture);
    keys.put("general.name", label + " (synthetic)");
    String p = architecture + ".";
    keys.put(p + "block_count", layers);
    keys.put(p + "context_length", context);
    keys.put(p + "embedding_length", embedding);
    keys.put(p + "feed_forward_length", feedForward);
    keys.put(p + "attention.head_count", heads);
    keys.put(p + "attention.head_count_kv", kvHeads);
    keys.put(p + "attention.key_length", headDim);
    keys.put(p + "attention.value_length", headDim);
    keys.put(p + "attention.layer_norm_rms_epsilon", epsilon);
    keys.put(p + "rope.freq_base", ropeBase);
    keys.put(p + "rope.dimension_count", headDim);
    keys.put(p + "vocab_size", vocabulary);
    if (isHarmony()) {
      keys.put(p + "expert_count", EXPERTS);
      keys.put(p + "expert_used_count", 4);
      keys.put(p + "expert_feed_forward_length", feedForward);
      keys.put(p + "attention.sliding_window", 128);
      keys.put(p + "rope.scaling.type", "yarn");
      keys.put(p + "rope.scaling.factor", 32f);
      keys.put(p + "rope.scaling.original_context_length", 4096);
    }
    return keys;
  }

  /**
   * All tensors when the matrices have this type; of gpt-oss the experts, while everything else is
   * Q8_0.
   */
  List<Tensor> tensors(QuantType type) {
    List<Tensor> tensors = new ArrayList<>();
    QuantType dense = isHarmony() ? QuantType.Q8_0 : type;
    QuantType table = this == BITNET_2B ? QuantType.F16 : dense;
    tensors.add(new Tensor("token_embd.weight", table, embedding, vocabulary));
    for (int i = 0; i < layers; i++) {
      layer(tensors, "blk." + i + ".", type, dense);
    }
    tensors.add(vector("output_norm.weight", embedding));
    if (isHarmony() || this == QWEN2_5_CODER_7B) {
      tensors.add(new Tensor("output.weight", dense, embedding, vocabulary));
    }
    return tensors;
  }

  private void layer(List<Tensor> tensors, String blk, QuantType type, QuantType dense) {
    int queries = heads * headDim;
    int keys = kvHeads * headDim;
    tensors.add(vector(blk + "attn_norm.weight", embedding));
    tensors.add(new Tensor(blk + "attn_q.weight", dense, embedding, queries));
    tensors.add(new Tensor(blk + "attn_k.weight", dense, embedding, keys));
    tensors.add(new Tensor(blk + "attn_v.weight", dense, embedding, keys));
    tensors.add(new Tensor(blk + "attn_output.weight", dense, queries, embedding));
    if (isHarmony() || this == QWEN2_5_CODER_7B) {
      tensors.add(vector(blk + "attn_q.bias", queries));
      tensors.add(vector(blk + "attn_k.bias", keys));
      tensors.add(vector(blk + "attn_v.bias", keys));
    }
    if (isHarmony()) {
      experts(tensors, blk, type);
      return;
    }
    tensors.add(vector(blk + "ffn_norm.weight", embedding));
    tensors.add(new Tensor(blk + "ffn_gate.weight", dense, embedding, feedForward));
    tensors.add(new Tensor(blk + "ffn_up.weight", dense, embedding, feedForward));
    tensors.add(new Tensor(blk + "ffn_down.weight", dense, feedForward, embedding));
    if (this == BITNET_2B) {
      tensors.add(vector(blk + "attn_sub_norm.weight", queries));
      tensors.add(vector(blk + "ffn_sub_norm.weight", feedForward));
    }
  }

  private void experts(List<Tensor> tensors, String blk, QuantType type) {
    tensors.add(vector(blk + "attn_output.bias", embedding));
    tensors.add(vector(blk + "attn_sinks.weight", heads));
    tensors.add(vector(blk + "post_attention_norm.weight", embedding));
    tensors.add(new Tensor(blk + "ffn_gate_inp.weight", QuantType.F32, embedding, EXPERTS));
    tensors.add(vector(blk + "ffn_gate_inp.bias", EXPERTS));
    for (String part : List.of("gate", "up", "down")) {
      int in = part.equals("down") ? feedForward : embedding;
      int out = part.equals("down") ? embedding : feedForward;
      tensors.add(new Tensor(blk + "ffn_" + part + "_exps.weight", type, in, out, EXPERTS));
      tensors.add(new Tensor(blk + "ffn_" + part + "_exps.bias", QuantType.F32, out, EXPERTS));
    }
  }

  private static Tensor vector(String name, int size) {
    return new Tensor(name, QuantType.F32, size);
  }
}
