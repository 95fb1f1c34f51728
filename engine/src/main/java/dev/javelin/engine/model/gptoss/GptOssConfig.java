package dev.javelin.engine.model.gptoss;

import dev.javelin.engine.model.Hyperparameters;
import dev.javelin.engine.model.ModelSizes;
import dev.javelin.tensor.ops.Rope;

/**
 * The numbers of a gpt-oss model.
 *
 * @param feedForwardLength of one expert
 * @param windowTokens positions that a windowed layer sees, the row's own included
 * @param windowPattern every n-th layer is full, the others see a window; 2: layers 1, 3, 5 ... are full
 * @param rope the rotation, YaRN included
 */
public record GptOssConfig(
    ModelSizes sizes,
    int expertCount,
    int expertsUsed,
    int feedForwardLength,
    int windowTokens,
    int windowPattern,
    float epsilon,
    Rope rope) {
  private static final float DEFAULT_BETA_FAST = 32;
  private static final float DEFAULT_BETA_SLOW = 1;

  static GptOssConfig read(Hyperparameters keys, String architecture, int vocabularySize, boolean yarnRounded) {
    int embedding = keys.count("embedding_length");
    int heads = keys.count("attention.head_count");
    int kvHeads = keys.count("attention.head_count_kv");
    int headDim = keys.count("attention.key_length", embedding / heads);
    int valueDim = keys.count("attention.value_length", headDim);
    if (valueDim != headDim) {
      throw keys.invalid("attention.value_length", "must equal attention.key_length " + headDim, valueDim);
    }
    if (heads % kvHeads != 0) {
      throw keys.invalid("attention.head_count", "must be a multiple of attention.head_count_kv " + kvHeads, heads);
    }
    int experts = keys.count("expert_count");
    int used = keys.count("expert_used_count");
    if (used > experts) {
      throw keys.invalid("expert_used_count", "must be at most expert_count " + experts, used);
    }
    ModelSizes sizes =
        new ModelSizes(
            architecture,
            vocabularySize,
            keys.count("context_length"),
            embedding,
            keys.count("block_count"),
            heads,
            kvHeads,
            headDim);
    return new GptOssConfig(
        sizes,
        experts,
        used,
        keys.count("expert_feed_forward_length", keys.count("feed_forward_length", embedding)),
        keys.count("attention.sliding_window"),
        keys.count("attention.sliding_window_pattern", 2),
        keys.number("attention.layer_norm_rms_epsilon"),
        rope(keys, headDim, sizes.contextLength(), yarnRounded));
  }

  private static Rope rope(Hyperparameters keys, int headDim, int contextLength, boolean yarnRounded) {
    int rotary = keys.count("rope.dimension_count", headDim);
    if (rotary > headDim || rotary % 2 != 0) {
      throw keys.invalid("rope.dimension_count", "must be even and at most the head size " + headDim, rotary);
    }
    float base = keys.number("rope.freq_base");
    String scaling = keys.text("rope.scaling.type", "yarn");
    if (!scaling.equals("yarn")) {
      throw keys.invalid("rope.scaling.type", "must be yarn", scaling);
    }
    return Rope.yarn(
        Rope.Pairing.SPLIT_HALVES,
        rotary,
        base,
        keys.number("rope.scaling.factor"),
        keys.count("rope.scaling.original_context_length", contextLength),
        keys.number("rope.scaling.yarn_beta_fast", DEFAULT_BETA_FAST),
        keys.number("rope.scaling.yarn_beta_slow", DEFAULT_BETA_SLOW),
        keys.number("rope.scaling.yarn_ext_factor", 1),
        keys.number("rope.scaling.yarn_attn_factor", 1),
        yarnRounded);
  }

  /** Positions that a layer sees; 0: all. */
  int window(int layer) {
    return layer % windowPattern < windowPattern - 1 ? windowTokens : 0;
  }
}
