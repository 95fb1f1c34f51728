package dev.javelin.tensor.simd;

/**
 * The scale with which a block of 32 activations becomes integers of 16 bits; see {@link
 * ShortActivations} for the rule.
 */
final class ShortScale {
  private static final int ROUNDING = ShortProduct.BLOCK / 2;

  private ShortScale() {}

  /**
   * 0 for a block that is too small to be told from zeros; a sum that is no number stays visible as
   * NaN.
   *
   * @param sum of the block's magnitudes
   * @param largest the largest magnitude of a weight
   */
  static float of(float sum, int largest) {
    float scale = sum / (Short.MAX_VALUE / largest - ROUNDING);
    return usable(scale) ? scale : sum * 0;
  }

  /** What to multiply the block by: zeros where the scale says nothing. */
  static float inverse(float scale) {
    return usable(scale) ? 1 / scale : 0;
  }

  private static boolean usable(float scale) {
    return scale >= Float.MIN_NORMAL && scale < Float.POSITIVE_INFINITY;
  }
}
