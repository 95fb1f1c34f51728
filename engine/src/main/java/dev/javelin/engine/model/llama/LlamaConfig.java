package dev.javelin.engine.model.llama;

import dev.javelin.engine.model.Hyperparameters;
import dev.javelin.engine.model.ModelSizes;
import dev.javelin.engine.model.TensorReader;
import dev.javelin.tensor.ops.Rope;

/**
 * The numbers of a Llama model.
 *
 * @param rope with the frequency factors of Llama 3 if the file has them
 */
public record LlamaConfig(ModelSizes sizes, int feedForwardLength, float epsilon, Rope rope) {
  private static final float DEFAULT_ROPE_BASE = 10_000;

  static LlamaConfig read(Hyperparameters keys, TensorReader tensors, String architecture, int vocabularySize) {
    int embedding = keys.count("embedding_length");
    int heads = keys.count("attention.head_count");
    int kvHeads = keys.count("attention.head_count_kv", heads);
    if (heads % kvHeads != 0) {
      throw keys.invalid("attention.head_count", "must be a multiple of attention.head_count_kv " + kvHeads, heads);
    }
    if (!keys.has("attention.key_length") && embedding % heads != 0) {
      throw keys.invalid("attention.head_count", "must divide embedding_length " + embedding, heads);
    }
    int headDim = keys.count("attention.key_length", embedding / heads);
    int rotary = keys.count("rope.dimension_count", headDim);
    if (rotary > headDim || rotary % 2 != 0) {
      throw keys.invalid("rope.dimension_count", "must be even and at most the head size " + headDim, rotary);
    }
    String scaling = keys.text("rope.scaling.type", "none");
    if (!scaling.equals("none") && !scaling.equals("linear")) {
      throw keys.invalid("rope.scaling.type", "must be none or linear", scaling);
    }
    float linearScale = scaling.equals("linear") ? 1 / keys.number("rope.scaling.factor", 1) : 1;
    float[] factors = tensors.optionalVector("rope_freqs.weight", rotary / 2);
    Rope rope =
        Rope.plain(
            Rope.Pairing.INTERLEAVED, rotary, keys.number("rope.freq_base", DEFAULT_ROPE_BASE), factors, linearScale);
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
    return new LlamaConfig(
        sizes, keys.count("feed_forward_length"), keys.number("attention.layer_norm_rms_epsilon"), rope);
  }
}
