package dev.javelin.tensor.quantize;

/**
 * Blocks of 32 weights with one f16 scale: no search. Without an offset, the weight of largest
 * magnitude becomes the end of the range that reaches further (-8 of -8..7); with one, the smallest
 * weight becomes 0 and the largest the highest code.
 */
final class SmallBlocks {
  private static final int BLOCK_WEIGHTS = 32;
  private static final int HALF = BLOCK_WEIGHTS / 2;

  private SmallBlocks() {}

  static void q4_0(float[] x, int at, byte[] target, int o) {
    float inverse = scale(x, at, 8, target, o);
    for (int j = 0; j < HALF; j++) {
      int low = code(x[at + j] * inverse + 8.5f, 15);
      int high = code(x[at + j + HALF] * inverse + 8.5f, 15);
      target[o + 2 + j] = (byte) (low | high << 4);
    }
  }

  static void q5_0(float[] x, int at, byte[] target, int o) {
    float inverse = scale(x, at, 16, target, o);
    int fifthBits = 0;
    for (int j = 0; j < HALF; j++) {
      int low = code(x[at + j] * inverse + 16.5f, 31);
      int high = code(x[at + j + HALF] * inverse + 16.5f, 31);
      target[o + 6 + j] = (byte) (low & 15 | high << 4);
      fifthBits |= (low >> 4 & 1) << j | (high >> 4 & 1) << j + HALF;
    }
    Bytes.int32(target, o + 2, fifthBits);
  }

  static void q4_1(float[] x, int at, byte[] target, int o) {
    float least = least(x, at);
    float inverse = scaleFrom(least, x, at, 15, target, o);
    for (int j = 0; j < HALF; j++) {
      int low = code((x[at + j] - least) * inverse + 0.5f, 15);
      int high = code((x[at + j + HALF] - least) * inverse + 0.5f, 15);
      target[o + 4 + j] = (byte) (low | high << 4);
    }
  }

  static void q5_1(float[] x, int at, byte[] target, int o) {
    float least = least(x, at);
    float inverse = scaleFrom(least, x, at, 31, target, o);
    int fifthBits = 0;
    for (int j = 0; j < HALF; j++) {
      int low = Rounding.truncate((x[at + j] - least) * inverse + 0.5f);
      int high = Rounding.truncate((x[at + j + HALF] - least) * inverse + 0.5f);
      target[o + 8 + j] = (byte) (low & 15 | high << 4);
      fifthBits |= (low >> 4 & 1) << j | (high >> 4 & 1) << j + HALF;
    }
    Bytes.int32(target, o + 4, fifthBits);
  }

  static void q8_0(float[] x, int at, byte[] target, int o) {
    float largest = 0;
    for (int j = 0; j < BLOCK_WEIGHTS; j++) {
      largest = Math.max(largest, Math.abs(x[at + j]));
    }
    float scale = largest / 127;
    float inverse = inverse(scale);
    Bytes.f16(target, o, scale);
    for (int j = 0; j < BLOCK_WEIGHTS; j++) {
      target[o + 2 + j] = (byte) Rounding.halfAway(x[at + j] * inverse);
    }
  }

  /** Cut to a signed byte, as the reference does, and to the highest code. */
  private static int code(float value, int highest) {
    return Math.min(highest, (byte) Rounding.truncate(value)) & 255;
  }

  static float inverse(float scale) {
    return scale != 0 ? 1 / scale : 0;
  }

  /**
   * Writes the scale that makes the weight of largest magnitude -{@code zero}; returns its inverse.
   */
  private static float scale(float[] x, int at, int zero, byte[] target, int o) {
    float scale = Search.extreme(x, at, BLOCK_WEIGHTS) / -zero;
    Bytes.f16(target, o, scale);
    return inverse(scale);
  }

  /** Writes scale and offset; returns the scale's inverse. */
  private static float scaleFrom(
      float least, float[] x, int at, int highest, byte[] target, int o) {
    float most = -Float.MAX_VALUE;
    for (int j = 0; j < BLOCK_WEIGHTS; j++) {
      most = x[at + j] > most ? x[at + j] : most;
    }
    float scale = (most - least) / highest;
    Bytes.f16(target, o, scale);
    Bytes.f16(target, o + 2, least);
    return inverse(scale);
  }

  private static float least(float[] x, int at) {
    float least = Float.MAX_VALUE;
    for (int j = 0; j < BLOCK_WEIGHTS; j++) {
      least = x[at + j] < least ? x[at + j] : least;
    }
    return least;
  }
}
