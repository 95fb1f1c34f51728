package dev.javelin.tensor.quantize;

/**
 * TQ1_0 and TQ2_0: the scale is the largest magnitude; what is above half of it becomes 1 or -1.
 * Made for weights that are ternary already.
 */
final class TernaryBlocks {
  private static final int BLOCK_WEIGHTS = 256;

  /** Codes in a byte of TQ1_0: 3^5 = 243 fit. */
  private static final int DIGITS = 5;

  private TernaryBlocks() {}

  static void tq2_0(float[] x, int at, byte[] target, int o) {
    float inverse = scale(x, at, target, o + 64);
    for (int half = 0; half < 2; half++) {
      for (int j = 0; j < 32; j++) {
        int packed = 0;
        for (int k = 0; k < 4; k++) {
          packed += (code(x[at + 128 * half + 32 * k + j], inverse) & 3) << 2 * k;
        }
        target[o + 32 * half + j] = (byte) packed;
      }
    }
  }

  static void tq1_0(float[] x, int at, byte[] target, int o) {
    float inverse = scale(x, at, target, o + 52);
    for (int j = 0; j < 32; j++) {
      target[o + j] = digits(x, at + j, 32, DIGITS, inverse);
    }
    for (int j = 0; j < 16; j++) {
      target[o + 32 + j] = digits(x, at + 160 + j, 16, DIGITS, inverse);
    }
    for (int j = 0; j < 4; j++) {
      target[o + 48 + j] = digits(x, at + 240 + j, 4, DIGITS - 1, inverse);
    }
  }

  /** A number of base 3, first digit first, as the fraction n / 243 in 256ths, rounded up. */
  private static byte digits(float[] x, int at, int distance, int count, float inverse) {
    int number = 0;
    for (int n = 0; n < DIGITS; n++) {
      number = number * 3 + (n < count ? code(x[at + n * distance], inverse) : 0) & 255;
    }
    return (byte) ((number * 256 + 242) / 243);
  }

  private static int code(float value, float inverse) {
    return Rounding.halfAway(value * inverse) + 1;
  }

  private static float scale(float[] x, int at, byte[] target, int o) {
    float largest = 0;
    for (int j = 0; j < BLOCK_WEIGHTS; j++) {
      largest = Math.max(largest, Math.abs(x[at + j]));
    }
    Bytes.f16(target, o, largest);
    return SmallBlocks.inverse(largest);
  }
}
