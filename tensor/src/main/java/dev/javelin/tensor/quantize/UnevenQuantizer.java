package dev.javelin.tensor.quantize;

import dev.javelin.tensor.quant.IQ4_NL;

/**
 * IQ4_NL (one group of 32 weights) and IQ4_XS (eight groups that share a scale). Tries 15 scales
 * around that which maps the extreme weight to the first value, and for each takes the best factor
 * by least squares, with weights x^2.
 */
final class UnevenQuantizer implements BlockQuantizer {
  private static final int GROUP = 32;
  private static final int HALF = GROUP / 2;
  private static final int TRIES = 7; // to each side
  private static final int LAST = 15;

  private final float[] scales;

  /**
   * @param groups 1 for IQ4_NL, 8 for IQ4_XS
   */
  UnevenQuantizer(int groups) {
    this.scales = new float[groups];
  }

  @Override
  public void block(float[] x, int at, byte[] target, int o) {
    for (int g = 0; g < scales.length; g++) {
      scales[g] = scale(x, at + GROUP * g);
    }
    if (scales.length == 1) {
      Bytes.f16(target, o, scales[0]);
      pack(x, at, SmallBlocks.inverse(scales[0]), target, o + 2);
      return;
    }
    float scale = -Search.extreme(scales, 0, scales.length) / 32;
    float inverse = SmallBlocks.inverse(scale);
    Bytes.f16(target, o, scale);
    int high = 0;
    int low = 0;
    for (int g = 0; g < scales.length; g++) {
      int factor = Search.clamp(Rounding.nearest(inverse * scales[g]), -32, 31);
      pack(x, at + GROUP * g, SmallBlocks.inverse(scale * factor), target, o + 8 + HALF * g);
      low |= (factor + 32 & 15) << 4 * g;
      high |= factor + 32 >> 4 << 2 * g;
    }
    Bytes.int16(target, o + 2, high);
    Bytes.int32(target, o + 4, low);
  }

  private static float scale(float[] x, int at) {
    float extreme = Search.extreme(x, at, GROUP);
    if (Math.abs(extreme) < Search.NOTHING) {
      return 0;
    }
    float scale = 0;
    float best = 0;
    for (int step = -TRIES - 1; step <= TRIES; step++) {
      boolean first = step < -TRIES;
      float inverse = first ? 1 / (-extreme / IQ4_NL.value(0)) : (step + IQ4_NL.value(0)) / extreme;
      float products = 0;
      float squares = 0;
      for (int i = 0; i < GROUP; i++) {
        float value = x[at + i];
        float q = IQ4_NL.value(nearest(inverse * value));
        float weight = value * value;
        products += weight * q * value;
        squares += weight * q * q;
      }
      if (first ? squares > 0 : squares > 0 && products * products > best * squares) {
        scale = products / squares;
        best = scale * products;
      }
    }
    return scale;
  }

  private static void pack(float[] x, int at, float inverse, byte[] target, int o) {
    for (int j = 0; j < HALF; j++) {
      target[o + j] =
          (byte) (nearest(inverse * x[at + j]) | nearest(inverse * x[at + j + HALF]) << 4);
    }
  }

  /** Code of the value nearest to {@code x}; of two equally near the higher. */
  private static int nearest(float x) {
    if (x <= IQ4_NL.value(0)) {
      return 0;
    }
    if (x >= IQ4_NL.value(LAST)) {
      return LAST;
    }
    int below = 0;
    int above = LAST;
    while (above - below > 1) {
      int middle = (below + above) / 2;
      if (x < IQ4_NL.value(middle)) {
        above = middle;
      } else {
        below = middle;
      }
    }
    return x - IQ4_NL.value(below) < IQ4_NL.value(above) - x ? below : above;
  }
}
