package dev.javelin.tensor.quantize;

/**
 * Q2_K: scales and offsets of 16 groups, then both rounded to four bits of the largest, then the
 * codes again for what was kept.
 */
final class Q2_KQuantizer implements BlockQuantizer {
  private static final int GROUPS = 16;
  private static final int GROUP = 16;
  private static final int CODES = 16;
  private static final int SCALE = 80;
  private static final int OFFSET = 82;

  private final OffsetSearch search = new OffsetSearch(GROUP, 3, -0.5f, 15, true);
  private final byte[] codes = new byte[GROUPS * GROUP];
  private final float[] scales = new float[GROUPS];
  private final float[] offsets = new float[GROUPS];

  @Override
  public void block(float[] x, int at, byte[] target, int o) {
    float largestScale = 0;
    float largestOffset = 0;
    for (int g = 0; g < GROUPS; g++) {
      for (int i = 0; i < GROUP; i++) {
        search.weights[i] = Math.abs(x[at + GROUP * g + i]);
      }
      search.find(x, at + GROUP * g, codes, GROUP * g);
      scales[g] = search.scale;
      offsets[g] = search.offset;
      largestScale = scales[g] > largestScale ? scales[g] : largestScale;
      largestOffset = offsets[g] > largestOffset ? offsets[g] : largestOffset;
    }
    float scale = largestScale / 15;
    float offset = largestOffset / 15;
    Bytes.f16(target, o + SCALE, scale);
    Bytes.f16(target, o + OFFSET, offset);
    for (int g = 0; g < GROUPS; g++) {
      int s = largestScale > 0 ? Rounding.nearest(15 / largestScale * scales[g]) : 0;
      int m = largestOffset > 0 ? Rounding.nearest(15 / largestOffset * offsets[g]) : 0;
      target[o + g] = (byte) (s | m << 4);
      recode(
          x,
          at + GROUP * g,
          g,
          Bytes.roundedToF16(scale) * (target[o + g] & 15),
          Bytes.roundedToF16(offset) * (target[o + g] >> 4 & 15));
    }
    pack(codes, target, o + CODES);
  }

  private void recode(float[] x, int at, int group, float scale, float offset) {
    for (int i = 0; scale != 0 && i < GROUP; i++) {
      codes[GROUP * group + i] =
          (byte) Search.clamp(Rounding.nearest((x[at + i] + offset) / scale), 0, 3);
    }
  }

  /**
   * 256 codes of two bits, those 32 apart in one byte; see {@link dev.javelin.tensor.quant.Q2_K}.
   */
  static void pack(byte[] codes, byte[] target, int o) {
    for (int i = 0; i < 64; i++) {
      int from = i / 32 * 128 + i % 32;
      target[o + i] =
          (byte)
              (codes[from] | codes[from + 32] << 2 | codes[from + 64] << 4 | codes[from + 96] << 6);
    }
  }
}
