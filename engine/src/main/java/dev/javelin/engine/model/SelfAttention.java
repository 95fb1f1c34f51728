package dev.javelin.engine.model;

import dev.javelin.tensor.ops.MatMul;

/**
 * The attention sub-layer that most families share: q, k and v from the normed input, attention
 * over the cache, and the output projection. Parts that a family does not have are null.
 */
public final class SelfAttention {
  /**
   * The weights of one layer.
   *
   * @param qNorm [headDim]: RMS norm of each query head before the rotation, or null
   * @param kNorm [headDim], or null
   * @param subNorm [heads * headDim]: RMS norm before the output projection, or null
   */
  public record Layer(
      Linear q, Linear k, Linear v, Linear o, float[] qNorm, float[] kNorm, float[] subNorm) {
    /** Attention without any norm of its own. */
    public static Layer plain(Linear q, Linear k, Linear v, Linear o) {
      return new Layer(q, k, v, o, null, null, null);
    }

    /**
     * The usual names: {@code attn_q}, {@code attn_k}, {@code attn_v}, {@code attn_output}, with
     * biases where there are any.
     */
    public static Layer read(TensorReader tensors, String blk, ModelSizes sizes) {
      return read(tensors, blk, sizes, "attn_output");
    }

    /** The same with another name for the output projection. */
    public static Layer read(TensorReader tensors, String blk, ModelSizes sizes, String output) {
      int embedding = sizes.embeddingLength();
      return plain(
          tensors.linear(blk + "attn_q", sizes.attentionLength(), embedding),
          tensors.linear(blk + "attn_k", sizes.kvLength(), embedding),
          tensors.linear(blk + "attn_v", sizes.kvLength(), embedding),
          tensors.linear(blk + output, embedding, sizes.attentionLength()));
    }

    /** The same with norms of the query and key heads. */
    public Layer withHeadNorms(float[] queryNorm, float[] keyNorm) {
      return new Layer(q, k, v, o, queryNorm, keyNorm, subNorm);
    }

    /** The same with a norm before the output projection. */
    public Layer withSubNorm(float[] norm) {
      return new Layer(q, k, v, o, qNorm, kNorm, norm);
    }
  }

  private final HiddenState state;
  private final ModelSizes sizes;
  private final CachedAttention attention;
  private final MatMul matMul;
  private final float epsilon;

  public SelfAttention(
      Compute compute,
      ModelSizes sizes,
      HiddenState state,
      CachedAttention attention,
      float epsilon) {
    this.matMul = compute.matMul();
    this.sizes = sizes;
    this.state = state;
    this.attention = attention;
    this.epsilon = epsilon;
  }

  /** delta = Wo attention(Wq normed, Wk normed, Wv normed) + bo. */
  public void run(Layer w, int layer, CachedAttention.Settings settings, Batch batch) {
    int rows = batch.rowCount();
    matMul.add(w.q().weight(), state.normed, 0, rows, state.q, 0);
    matMul.add(w.k().weight(), state.normed, 0, rows, state.k, 0);
    matMul.add(w.v().weight(), state.normed, 0, rows, state.v, 0);
    matMul.run();
    w.q().addBias(state.q, rows);
    w.k().addBias(state.k, rows);
    w.v().addBias(state.v, rows);
    if (w.qNorm() != null) {
      state.rmsNormSlices(state.q, w.qNorm(), epsilon, rows * sizes.headCount());
      state.rmsNormSlices(state.k, w.kNorm(), epsilon, rows * sizes.kvHeadCount());
    }
    attention.run(layer, settings, batch, state.q, state.k, state.v, state.attended);
    if (w.subNorm() != null) {
      state.rmsNormSlices(state.attended, w.subNorm(), epsilon, rows);
    }
    matMul.multiply(w.o().weight(), state.attended, rows, state.delta);
    w.o().addBias(state.delta, rows);
  }
}
