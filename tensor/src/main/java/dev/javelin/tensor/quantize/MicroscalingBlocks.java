package dev.javelin.tensor.quantize;

import dev.javelin.tensor.quant.Mxfp4;

/**
 * MXFP4: the exponent is that of the largest magnitude, less 2, because 6 = 1.5 * 2^2 is the
 * largest code; then the nearest codes.
 */
final class MicroscalingBlocks {
  private static final int BLOCK_WEIGHTS = 32;
  private static final int HALF = BLOCK_WEIGHTS / 2;
  private static final int CODES = 16;

  private MicroscalingBlocks() {}

  static void mxfp4(float[] x, int at, byte[] target, int o) {
    float largest = 0;
    for (int j = 0; j < BLOCK_WEIGHTS; j++) {
      float magnitude = Math.abs(x[at + j]);
      largest = largest < magnitude ? magnitude : largest;
    }
    int exponent = largest > 0 ? floorLog2(largest) - 2 + 127 & 255 : 0;
    float scale = Mxfp4.halfScale(exponent);
    target[o] = (byte) exponent;
    for (int j = 0; j < HALF; j++) {
      target[o + 1 + j] =
          (byte) (nearest(x[at + j], scale) | nearest(x[at + j + HALF], scale) << 4);
    }
  }

  /**
   * The reference takes the logarithm as a float: just below a large power of two it is already
   * that of the power.
   */
  private static int floorLog2(float value) {
    int exponent = Math.getExponent((double) value);
    double fraction = Math.log(value * Math.pow(2, -exponent)) / Math.log(2);
    return (int) Math.floor((float) (exponent + fraction));
  }

  /** The first of the codes with the smallest error. */
  private static int nearest(float value, float scale) {
    int best = 0;
    float bestError = Math.abs(Mxfp4.doubled(0) * scale - value);
    for (int i = 1; i < CODES; i++) {
      float error = Math.abs(Mxfp4.doubled(i) * scale - value);
      if (error < bestError) {
        best = i;
        bestError = error;
      }
    }
    return best;
  }
}
