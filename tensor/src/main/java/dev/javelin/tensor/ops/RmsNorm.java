package dev.javelin.tensor.ops;

/** Root-mean-square norm: out = x / sqrt(mean(x^2) + epsilon) * weight. */
public final class RmsNorm {
  private RmsNorm() {}

  /**
   * Normalizes x[xOffset, size]; {@code weight} has {@code size} entries. {@code out} may be {@code
   * x}.
   */
  public static void apply(
      float[] x, int xOffset, float[] weight, float epsilon, int size, float[] out, int outOffset) {
    float scale = (float) (1 / Math.sqrt(sumOfSquares(x, xOffset, size) / size + epsilon));
    for (int i = 0; i < size; i++) {
      out[outOffset + i] = x[xOffset + i] * scale * weight[i];
    }
  }

  /**
   * In double, in four interleaved sums: one order on every machine, and short enough a chain to be
   * fast.
   */
  static double sumOfSquares(float[] x, int offset, int size) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = offset;
    for (int end = offset + (size & ~3); i < end; i += 4) {
      a += (double) x[i] * x[i];
      b += (double) x[i + 1] * x[i + 1];
      c += (double) x[i + 2] * x[i + 2];
      d += (double) x[i + 3] * x[i + 3];
    }
    for (int end = offset + size; i < end; i++) {
      a += (double) x[i] * x[i];
    }
    return (a + b) + (c + d);
  }
}
