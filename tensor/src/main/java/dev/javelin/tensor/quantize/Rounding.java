package dev.javelin.tensor.quantize;

/** Float to integer in the three ways that the reference has. */
final class Rounding {
  /**
   * 3 * 2^22: added to a small float, it leaves the nearest integer (ties to even) in the lowest
   * fraction bits.
   */
  private static final float MAGIC = 12582912f;

  private Rounding() {}

  /** To the nearest, ties to even, for |value| < 2^22. */
  static int nearest(float value) {
    return (Float.floatToRawIntBits(value + MAGIC) & 0x007FFFFF) - 0x00400000;
  }

  /** To the nearest, ties away from zero. */
  static int halfAway(float value) {
    int whole = truncate(value);
    float rest = value - whole; // exact
    return rest >= 0.5f ? whole + 1 : rest <= -0.5f ? whole - 1 : whole;
  }

  /**
   * Towards zero; what does not fit becomes the smallest int, as on x86 (and so 0 when cut to a
   * byte).
   */
  static int truncate(float value) {
    return Math.abs(value) < 0x1p31f ? (int) value : Integer.MIN_VALUE;
  }
}
