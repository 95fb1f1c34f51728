package dev.javelin.tensor.ops;

/** Softmax in place: x_i = exp(x_i - max) / sum. */
public final class Softmax {
  private Softmax() {}

  /** Turns the scores x[offset, size] into weights that add up to 1. */
  public static void apply(float[] x, int offset, int size) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      max = Math.max(max, x[offset + i]);
    }
    for (int i = 0; i < size; i++) {
      x[offset + i] = Exp.exp(x[offset + i] - max);
    }
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += x[offset + i];
    }
    VectorOps.scale(x, offset, size, (float) (1 / sum));
  }
}
