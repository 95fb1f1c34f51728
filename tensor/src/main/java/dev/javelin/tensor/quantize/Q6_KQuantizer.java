package dev.javelin.tensor.quantize;

/**
 * Q6_K: scales of 16 groups, then rounded to bytes so that the extreme one is -128, then the codes
 * again for what was kept.
 */
final class Q6_KQuantizer implements BlockQuantizer {
  private static final int GROUPS = 16;
  private static final int GROUP = 16;
  private static final int HIGH_BITS = 128;
  private static final int FACTORS = 192;
  private static final int SCALE = 208;
  private static final int BLOCK_BYTES = 210;

  private final byte[] codes = new byte[GROUPS * GROUP];
  private final float[] scales = new float[GROUPS];

  @Override
  public void block(float[] x, int at, byte[] target, int o) {
    for (int g = 0; g < GROUPS; g++) {
      scales[g] = Search.symmetric(x, at + GROUP * g, GROUP, 32, codes, GROUP * g);
    }
    float extreme = Search.extreme(scales, 0, GROUPS);
    if (Math.abs(extreme) < Search.NOTHING) {
      java.util.Arrays.fill(target, o, o + BLOCK_BYTES, (byte) 0);
      return;
    }
    float inverse = -128 / extreme;
    float scale = 1 / inverse;
    Bytes.f16(target, o + SCALE, scale);
    for (int g = 0; g < GROUPS; g++) {
      target[o + FACTORS + g] = (byte) Math.min(127, Rounding.nearest(inverse * scales[g]));
      recode(x, at + GROUP * g, g, Bytes.roundedToF16(scale) * target[o + FACTORS + g]);
    }
    pack(target, o);
  }

  private void recode(float[] x, int at, int group, float scale) {
    for (int i = 0; scale != 0 && i < GROUP; i++) {
      codes[GROUP * group + i] =
          (byte) (Search.clamp(Rounding.nearest(x[at + i] / scale), -32, 31) + 32);
    }
  }

  private void pack(byte[] target, int o) {
    for (int i = 0; i < 64; i++) {
      int from = i / 32 * 128 + i % 32;
      int a = codes[from];
      int b = codes[from + 32];
      int c = codes[from + 64];
      int d = codes[from + 96];
      int low = o + i / 32 * 64 + i % 32;
      target[low] = (byte) (a & 15 | c << 4);
      target[low + 32] = (byte) (b & 15 | d << 4);
      target[o + HIGH_BITS + i] = (byte) (a >> 4 | b >> 4 << 2 | c >> 4 << 4 | d >> 4 << 6);
    }
  }
}
