package dev.javelin.engine.model;

import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.ops.RmsNorm;

/**
 * What stands before and behind the layers, in every family with RMS norms: the embedding table,
 * the last norm and the output matrix.
 *
 * @param output the embedding table itself where the file has no other
 */
public record Trunk(Embedding embedding, float[] norm, WeightMatrix output) {
  public static Trunk read(TensorReader tensors, ModelSizes sizes) {
    int embedding = sizes.embeddingLength();
    int vocabulary = sizes.vocabularySize();
    WeightMatrix table = tensors.matrix("token_embd.weight", vocabulary, embedding);
    return new Trunk(
        new Embedding(table),
        tensors.vector("output_norm.weight", embedding),
        tensors.outputOr(table, vocabulary, embedding));
  }

  /** The last step of a forward pass: output(rmsnorm(x)). */
  public OutputHead head(float epsilon, Compute compute, ModelOptions options) {
    int width = output.columns();
    return new OutputHead(
        output,
        (x, offset, out, outOffset) ->
            RmsNorm.apply(x, offset, norm, epsilon, width, out, outOffset),
        compute.matMul(),
        options.maxLogitRows());
  }
}
