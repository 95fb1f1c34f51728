package dev.javelin.tensor.ops;

/** Layer norm: out = (x - mean) / sqrt(variance + epsilon) * weight + bias. */
public final class LayerNorm {
  private LayerNorm() {}

  /**
   * Normalizes x[xOffset, size]; {@code weight} and {@code bias} have {@code size} entries. {@code
   * out} may be {@code x}.
   */
  public static void apply(
      float[] x,
      int xOffset,
      float[] weight,
      float[] bias,
      float epsilon,
      int size,
      float[] out,
      int outOffset) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += x[xOffset + i];
    }
    float mean = (float) (sum / size);
    for (int i = 0; i < size; i++) {
      out[outOffset + i] = x[xOffset + i] - mean;
    }
    double variance = RmsNorm.sumOfSquares(out, outOffset, size) / size;
    float scale = (float) (1 / Math.sqrt(variance + epsilon));
    for (int i = 0; i < size; i++) {
      out[outOffset + i] = out[outOffset + i] * scale * weight[i] + bias[i];
    }
  }
}
