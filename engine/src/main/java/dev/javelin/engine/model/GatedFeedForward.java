package dev.javelin.engine.model;

import dev.javelin.tensor.ops.MatMul;

/**
 * The feed-forward sub-layer with a gate: delta = Wdown norm?(act(Wgate normed) * (Wup normed)).
 */
public final class GatedFeedForward {
  /** Combines gate and up to the hidden state. */
  public interface Activation {
    void apply(float[] gate, float[] up, float[] out, int offset, int size);
  }

  /**
   * The weights of one layer.
   *
   * @param subNorm [feedForward]: RMS norm before the down projection, or null
   */
  public record Layer(Linear gate, Linear up, Linear down, float[] subNorm) {
    /**
     * The usual names: {@code ffn_gate}, {@code ffn_up}, {@code ffn_down}, with biases where there
     * are any.
     */
    public static Layer read(TensorReader tensors, String blk, int embedding, int feedForward) {
      return new Layer(
          tensors.linear(blk + "ffn_gate", feedForward, embedding),
          tensors.linear(blk + "ffn_up", feedForward, embedding),
          tensors.linear(blk + "ffn_down", embedding, feedForward),
          null);
    }

    /** The same with a norm before the down projection. */
    public Layer withSubNorm(float[] norm) {
      return new Layer(gate, up, down, norm);
    }
  }

  private final HiddenState state;
  private final MatMul matMul;
  private final Activation activation;
  private final float epsilon;
  private final int feedForward;
  private final float[] gate; // [rows, feedForward]
  private final float[] up; // [rows, feedForward]
  private final HiddenState.RowFunction activate = this::activate;

  /**
   * @param epsilon of the sub-norm
   */
  public GatedFeedForward(
      Compute compute,
      HiddenState state,
      int feedForward,
      int maxRows,
      Activation activation,
      float epsilon) {
    this.matMul = compute.matMul();
    this.state = state;
    this.activation = activation;
    this.epsilon = epsilon;
    this.feedForward = feedForward;
    this.gate = new float[Math.multiplyExact(maxRows, feedForward)];
    this.up = new float[gate.length];
  }

  /** From {@code state.normed} to {@code state.delta}. */
  public void run(Layer w, int rows) {
    matMul.add(w.gate().weight(), state.normed, 0, rows, gate, 0);
    matMul.add(w.up().weight(), state.normed, 0, rows, up, 0);
    matMul.run();
    w.gate().addBias(gate, rows);
    w.up().addBias(up, rows);
    state.eachRow(rows, feedForward, activate);
    if (w.subNorm() != null) {
      state.rmsNormSlices(gate, w.subNorm(), epsilon, rows);
    }
    matMul.multiply(w.down().weight(), gate, rows, state.delta);
    w.down().addBias(state.delta, rows);
  }

  private void activate(int offset, int size) {
    activation.apply(gate, up, gate, offset, size);
  }
}
