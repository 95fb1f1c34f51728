package dev.javelin.tensor.quantize;

/**
 * Q3_K: scales of 16 groups, then rounded to six bits so that the extreme one is -32, then the
 * codes again for what was kept.
 */
final class Q3_KQuantizer implements BlockQuantizer {
  private static final int GROUPS = 16;
  private static final int GROUP = 16;
  private static final int CODES = 32;
  private static final int FACTORS = 96;
  private static final int SCALE = 108;

  private final byte[] codes = new byte[GROUPS * GROUP];
  private final float[] scales = new float[GROUPS];

  @Override
  public void block(float[] x, int at, byte[] target, int o) {
    for (int g = 0; g < GROUPS; g++) {
      scales[g] = Search.refined(x, at + GROUP * g, GROUP, 4, codes, GROUP * g);
    }
    float extreme = Search.extreme(scales, 0, GROUPS);
    float inverse = extreme != 0 ? -32 / extreme : 0;
    float scale = extreme != 0 ? 1 / inverse : 0;
    Bytes.f16(target, o + SCALE, scale);
    java.util.Arrays.fill(target, o + FACTORS, o + FACTORS + 12, (byte) 0);
    for (int g = 0; g < GROUPS; g++) {
      // Without a scale all factors are stored as 0, which reads as -32.
      int factor = Search.clamp((byte) Rounding.nearest(inverse * scales[g]), -32, 31);
      if (extreme != 0) {
        target[o + FACTORS + g % 8] |= (byte) ((factor + 32 & 15) << g / 8 * 4);
        target[o + FACTORS + 8 + g % 4] |= (byte) (factor + 32 >> 4 << g / 4 * 2);
      }
      recode(x, at + GROUP * g, g, Bytes.roundedToF16(scale) * factor);
    }
    java.util.Arrays.fill(target, o, o + CODES, (byte) 0);
    for (int i = 0; i < codes.length; i++) {
      target[o + i % 32] |= (byte) (codes[i] >> 2 << i / 32);
      codes[i] &= 3;
    }
    Q2_KQuantizer.pack(codes, target, o + CODES);
  }

  private void recode(float[] x, int at, int group, float scale) {
    for (int i = 0; scale != 0 && i < GROUP; i++) {
      codes[GROUP * group + i] =
          (byte) (Search.clamp(Rounding.nearest(x[at + i] / scale), -4, 3) + 4);
    }
  }
}
