package dev.javelin.tensor.ops;

/**
 * Sums and products of float vectors, element by element. Plain loops that the JIT compiler
 * vectorises by itself.
 */
public final class VectorOps {
  private VectorOps() {}

  /** dst += src. */
  public static void add(float[] dst, int dstOffset, float[] src, int srcOffset, int size) {
    for (int i = 0; i < size; i++) {
      dst[dstOffset + i] += src[srcOffset + i];
    }
  }

  /** dst += src * scale. */
  public static void addScaled(
      float[] dst, int dstOffset, float[] src, int srcOffset, int size, float scale) {
    for (int i = 0; i < size; i++) {
      dst[dstOffset + i] += src[srcOffset + i] * scale;
    }
  }

  /** x *= scale. */
  public static void scale(float[] x, int offset, int size, float scale) {
    for (int i = 0; i < size; i++) {
      x[offset + i] *= scale;
    }
  }

  /** dst *= src. */
  public static void multiply(float[] dst, int dstOffset, float[] src, int srcOffset, int size) {
    for (int i = 0; i < size; i++) {
      dst[dstOffset + i] *= src[srcOffset + i];
    }
  }

  /** Adds {@code bias} to each row of y[tokens, bias.length]. */
  public static void addBias(float[] y, int yOffset, float[] bias, int tokens) {
    for (int t = 0; t < tokens; t++) {
      add(y, yOffset + t * bias.length, bias, 0, bias.length);
    }
  }
}
