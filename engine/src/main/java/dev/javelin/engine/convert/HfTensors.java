package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.ModelInvalid;
import dev.javelin.tensor.QuantType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Which tensors a GGUF file of each family has, and from which ones of a checkpoint they come. */
final class HfTensors {
  private static final int MXFP4_WEIGHTS = 32;

  private final HfFolder folder;
  private final HfFamily family;
  private final JsonNode config;
  private final List<TensorPlan> plans = new ArrayList<>();

  HfTensors(HfFolder folder, HfFamily family, JsonNode config) {
    this.folder = folder;
    this.family = family;
    this.config = config;
  }

  List<TensorPlan> plan() {
    if (family == HfFamily.GPT2) {
      gpt2();
      return plans;
    }
    matrix("token_embd", "model.embed_tokens");
    if (HfFamily.ropeType(HfFamily.ropeScaling(config)).equals("llama3")) {
      ropeFactors();
    }
    for (int i = 0; i < HfFamily.count(config, "num_hidden_layers"); i++) {
      layer("blk." + i + ".", "model.layers." + i + ".");
    }
    vector("output_norm.weight", "model.norm.weight");
    if (folder.tensors().containsKey("lm_head.weight")
        && !config.path("tie_word_embeddings").asBoolean(false)) {
      matrix("output", "lm_head");
    }
    return plans;
  }

  private void layer(String to, String from) {
    String attention = from + "self_attn.";
    vector(to + "attn_norm.weight", from + "input_layernorm.weight");
    int heads = HfFamily.count(config, "num_attention_heads");
    linear(to + "attn_q", attention + "q_proj", heads);
    linear(to + "attn_k", attention + "k_proj", config.path("num_key_value_heads").asInt(heads));
    linear(to + "attn_v", attention + "v_proj", 0);
    linear(to + "attn_output", attention + "o_proj", 0);
    switch (family) {
      case GPT_OSS -> {
        vector(to + "attn_sinks.weight", attention + "sinks");
        vector(to + "post_attention_norm.weight", from + "post_attention_layernorm.weight");
        vector(to + "ffn_gate_inp.weight", from + "mlp.router.weight");
        vector(to + "ffn_gate_inp.bias", from + "mlp.router.bias");
        experts(to, from + "mlp.experts.");
      }
      case BITNET, BITNET_B158 -> {
        vector(
            to + "attn_sub_norm.weight",
            either(attention + "attn_sub_norm.weight", attention + "inner_attn_ln.weight"));
        vector(
            to + "ffn_sub_norm.weight",
            either(from + "mlp.ffn_sub_norm.weight", from + "mlp.ffn_layernorm.weight"));
        feedForward(to, from);
      }
      case LLAMA, QWEN2, GPT2 -> feedForward(to, from);
    }
  }

  private void feedForward(String to, String from) {
    vector(to + "ffn_norm.weight", from + "post_attention_layernorm.weight");
    linear(to + "ffn_gate", from + "mlp.gate_proj", 0);
    linear(to + "ffn_up", from + "mlp.up_proj", 0);
    linear(to + "ffn_down", from + "mlp.down_proj", 0);
  }

  /**
   * [experts, 2 x feed-forward, ...] with gate and up in turn, and [experts, embedding, ...]; in
   * blocks of MXFP4.
   */
  private void experts(String to, String from) {
    expert(to + "ffn_gate_exps", from + "gate_up_proj", 0, 2);
    expert(to + "ffn_up_exps", from + "gate_up_proj", 1, 2);
    expert(to + "ffn_down_exps", from + "down_proj", 0, 1);
  }

  private void expert(String to, String from, int first, int step) {
    HfTensor codes = folder.tensor(from + "_blocks");
    HfTensor exponents = folder.tensor(from + "_scales");
    int[] shape = exponents.shape(); // [experts, rows, blocks]
    if (shape.length != 3
        || codes.elementCount() != 16 * exponents.elementCount()
        || shape[1] % step != 0) {
      throw new ModelInvalid(
          folder.path() + ": " + from + ": blocks must have 16 bytes for each of the scales");
    }
    int rows = shape[1] / step;
    plans.add(
        new TensorPlan(
            to + ".weight",
            QuantType.MXFP4,
            new long[] {(long) shape[2] * MXFP4_WEIGHTS, rows, shape[0]},
            () -> Layouts.mxfp4(codes, exponents, shape[2], first, step)));
    HfTensor bias = folder.tensor(from + "_bias");
    add(
        to + ".bias",
        QuantType.F32,
        new long[] {rows, shape[0]},
        () ->
            MemorySegment.ofArray(
                Layouts.bytes(
                    step == 1 ? bias.floats() : Layouts.alternateRows(bias.floats(), 1, first))));
  }

  private void gpt2() {
    String root = folder.tensors().containsKey("wte.weight") ? "" : "transformer.";
    matrix("token_embd", root + "wte");
    vector("position_embd.weight", root + "wpe.weight");
    for (int i = 0; i < HfFamily.count(config, "n_layer"); i++) {
      String to = "blk." + i + ".";
      String from = root + "h." + i + ".";
      norm(to + "attn_norm", from + "ln_1");
      conv1d(to + "attn_qkv", from + "attn.c_attn");
      conv1d(to + "attn_output", from + "attn.c_proj");
      norm(to + "ffn_norm", from + "ln_2");
      conv1d(to + "ffn_up", from + "mlp.c_fc");
      conv1d(to + "ffn_down", from + "mlp.c_proj");
    }
    norm("output_norm", root + "ln_f");
  }

  private void norm(String to, String from) {
    vector(to + ".weight", from + ".weight");
    vector(to + ".bias", from + ".bias");
  }

  private void conv1d(String to, String from) {
    HfTensor weight = folder.tensor(from + ".weight");
    add(
        to + ".weight",
        weight.type(),
        new long[] {weight.shape()[0], weight.shape()[1]},
        () -> Layouts.transposed(weight));
    vector(to + ".bias", from + ".bias");
  }

  /** A matrix with its bias, if it has one; of {@code heads} that the family wants in pairs. */
  private void linear(String to, String from, int heads) {
    HfTensor weight = folder.tensor(from + ".weight");
    if (weight.shape().length != 2) {
      throw new ModelInvalid(
          folder.path()
              + ": "
              + weight.name()
              + ": a matrix has two dimensions: "
              + weight.shape().length);
    }
    long[] dimensions = {weight.shape()[1], weight.shape()[0]};
    boolean bitnet = family == HfFamily.BITNET || family == HfFamily.BITNET_B158;
    if (bitnet && weight.dtype().equals("U8")) {
      dimensions[1] *= 4;
      float scale = ternaryScale(from + ".weight_scale");
      add(to + ".weight", QuantType.I2_S, dimensions, () -> Layouts.i2s(weight, scale));
    } else if (bitnet) {
      add(
          to + ".weight",
          QuantType.I2_S,
          dimensions,
          () -> Layouts.i2s(weight.name(), weight.floats()));
    } else if (family == HfFamily.LLAMA && heads > 0) {
      add(to + ".weight", weight.type(), dimensions, () -> Layouts.paired(weight, heads));
    } else {
      matrix(to, from);
    }
    HfTensor bias = folder.tensors().get(from + ".bias");
    if (bias != null && family == HfFamily.LLAMA && heads > 0) {
      throw new ModelInvalid(
          folder.path() + ": " + bias.name() + ": a llama model has no biases on q and k here");
    }
    if (bias != null) {
      plans.add(TensorPlan.floats(to + ".bias", bias));
    }
  }

  /** What packed weights are multiplied with; some checkpoints store the inverse. */
  private float ternaryScale(String name) {
    float stored = folder.tensor(name).floats()[0];
    boolean multiplied =
        config.path("quantization_config").path("quantization_mode").asText().equals("offline");
    return multiplied ? stored : 1 / stored;
  }

  private void matrix(String to, String from) {
    HfTensor weight = folder.tensor(from + ".weight");
    weight.type();
    plans.add(TensorPlan.copy(to + ".weight", weight));
  }

  private void vector(String to, String from) {
    HfTensor tensor = folder.tensor(from);
    tensor.type();
    plans.add(TensorPlan.floats(to, tensor));
  }

  private void add(String name, QuantType type, long[] dimensions, Supplier<MemorySegment> bytes) {
    plans.add(new TensorPlan(name, type, dimensions, bytes));
  }

  private String either(String one, String other) {
    return folder.tensors().containsKey(one) ? one : other;
  }

  /**
   * Llama 3.1's divisors: 1 for short waves, the factor for long ones, between them in proportion.
   */
  private void ropeFactors() {
    JsonNode scaling = HfFamily.ropeScaling(config);
    double factor = scaling.path("factor").asDouble(8);
    double low = scaling.path("low_freq_factor").asDouble(1);
    double high = scaling.path("high_freq_factor").asDouble(4);
    double context = scaling.path("original_max_position_embeddings").asDouble(8192);
    int dim = HfFamily.headDim(config);
    float[] factors = new float[dim / 2];
    for (int i = 0; i < factors.length; i++) {
      double wave = 2 * Math.PI * Math.pow(HfFamily.ropeBase(config), 2.0 * i / dim);
      double smooth = Math.clamp((context / wave - low) / (high - low), 0, 1);
      factors[i] = (float) (1 / ((1 - smooth) / factor + smooth));
    }
    add(
        "rope_freqs.weight",
        QuantType.F32,
        new long[] {factors.length},
        () -> MemorySegment.ofArray(Layouts.bytes(factors)));
  }
}
