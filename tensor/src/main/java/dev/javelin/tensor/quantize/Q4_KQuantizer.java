package dev.javelin.tensor.quantize;

/**
 * Q4_K and Q5_K: scales and offsets of 8 groups, then both rounded to six bits of the largest, then
 * the codes again for what was kept.
 */
final class Q4_KQuantizer implements BlockQuantizer {
  private static final int GROUPS = 8;
  private static final int GROUP = 32;
  private static final int FACTORS = 4;
  private static final int AFTER_FACTORS = 16;

  private final int highest;
  private final OffsetSearch search;
  private final byte[] codes = new byte[GROUPS * GROUP];
  private final float[] scales = new float[GROUPS];
  private final float[] offsets = new float[GROUPS];

  /**
   * @param highest 15 for Q4_K, 31 for Q5_K
   */
  Q4_KQuantizer(int highest) {
    this.highest = highest;
    this.search =
        new OffsetSearch(
            GROUP, highest, highest == 15 ? -1 : -0.5f, highest == 15 ? 20 : 15, false);
  }

  @Override
  public void block(float[] x, int at, byte[] target, int o) {
    float largestScale = 0;
    float largestOffset = 0;
    for (int g = 0; g < GROUPS; g++) {
      weigh(x, at + GROUP * g);
      search.find(x, at + GROUP * g, codes, GROUP * g);
      scales[g] = search.scale;
      offsets[g] = search.offset;
      largestScale = scales[g] > largestScale ? scales[g] : largestScale;
      largestOffset = offsets[g] > largestOffset ? offsets[g] : largestOffset;
    }
    float inverseScale = largestScale > 0 ? 63 / largestScale : 0;
    float inverseOffset = largestOffset > 0 ? 63 / largestOffset : 0;
    float scale = largestScale / 63;
    float offset = largestOffset / 63;
    Bytes.f16(target, o, scale);
    Bytes.f16(target, o + 2, offset);
    java.util.Arrays.fill(target, o + FACTORS, o + AFTER_FACTORS, (byte) 0);
    for (int g = 0; g < GROUPS; g++) {
      int s = Math.min(63, Rounding.nearest(inverseScale * scales[g]) & 255);
      int m = Math.min(63, Rounding.nearest(inverseOffset * offsets[g]) & 255);
      store(target, o + FACTORS, g, s, m);
      recode(x, at + GROUP * g, g, Bytes.roundedToF16(scale) * s, Bytes.roundedToF16(offset) * m);
    }
    pack(target, o + AFTER_FACTORS);
  }

  /** An error's weight: the root mean square of the group plus the magnitude of the value. */
  private void weigh(float[] x, int at) {
    float squares = 0;
    for (int i = 0; i < GROUP; i++) {
      squares += x[at + i] * x[at + i];
    }
    float mean = (float) Math.sqrt(squares / GROUP);
    for (int i = 0; i < GROUP; i++) {
      search.weights[i] = mean + Math.abs(x[at + i]);
    }
  }

  /** See the drawing in quant.SixBitFactors. */
  private static void store(byte[] target, int f, int group, int s, int m) {
    if (group < 4) {
      target[f + group] = (byte) s;
      target[f + group + 4] = (byte) m;
    } else {
      target[f + group + 4] = (byte) (s & 15 | m << 4);
      target[f + group - 4] |= (byte) (s >> 4 << 6);
      target[f + group] |= (byte) (m >> 4 << 6);
    }
  }

  private void recode(float[] x, int at, int group, float scale, float offset) {
    for (int i = 0; scale != 0 && i < GROUP; i++) {
      int code = Search.clamp(Rounding.nearest((x[at + i] + offset) / scale), 0, highest);
      codes[GROUP * group + i] = (byte) code;
    }
  }

  private void pack(byte[] target, int o) {
    if (highest > 15) {
      for (int i = 0; i < GROUP; i++) {
        int fifthBits = 0;
        for (int g = 0; g < GROUPS; g++) {
          fifthBits |= codes[GROUP * g + i] >> 4 << g;
        }
        target[o + i] = (byte) fifthBits;
      }
      o += GROUP;
    }
    for (int i = 0; i < codes.length / 2; i++) {
      int from = i / GROUP * 2 * GROUP + i % GROUP;
      target[o + i] = (byte) (codes[from] & 15 | codes[from + GROUP] << 4);
    }
  }
}
