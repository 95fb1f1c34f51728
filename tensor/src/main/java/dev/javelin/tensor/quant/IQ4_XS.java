package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * The codes of {@link IQ4_NL} in blocks of 256 weights: one f16 scale, and for each group g of 32
 * weights a factor of 6 bits, -32 to 31, whose low four and high two bits are stored apart.
 *
 * <pre>
 *  IQ4_XS   136 bytes = 256 weights   | 0..1 d: f16 | 2..3 h: uint16 | 4..7 l[0..3]: nibbles | 8..135 b[0..127]: nibbles |
 *           s[g] = (nibble g of l) + 16 * (bits 2g, 2g+1 of h) - 32                      g = 0..7    4.25 bits/weight
 *           w[32g+j] = d * s[g] * T[b[16g+j] &amp; 15]      w[32g+j+16] = d * s[g] * T[b[16g+j] &gt;&gt; 4]      j = 0..15
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_iq4_xs</a>
 */
public final class IQ4_XS implements BlockFormat {
  static final int BLOCK_WEIGHTS = 256;
  static final int GROUP = 32;
  static final int HALF = GROUP / 2;
  static final int SCALE = 0; // f16
  static final int FACTORS_HIGH = SCALE + 2; // uint16
  static final int FACTORS_LOW = FACTORS_HIGH + 2; // uint8[4]
  static final int NIBBLES = FACTORS_LOW + 4; // uint8[128]
  static final int BLOCK_BYTES = NIBBLES + BLOCK_WEIGHTS / 2;
  static final int ZERO = 32; // the factor that means 0

  /** Scale of a group: d * s[g]. */
  private static float scale(MemorySegment source, long block, int group) {
    int low = LittleEndian.uint8(source, block + FACTORS_LOW + group / 2) >> 4 * (group & 1) & 15;
    int high = LittleEndian.uint16(source, block + FACTORS_HIGH) >> 2 * group & 3;
    return LittleEndian.f16(source, block + SCALE) * ((low | high << 4) - ZERO);
  }

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i += GROUP) {
      long block = offset + (long) (i / BLOCK_WEIGHTS) * BLOCK_BYTES;
      int group = i % BLOCK_WEIGHTS / GROUP;
      float scale = scale(source, block, group);
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, block + NIBBLES + HALF * group + j);
        target[targetOffset + i + j] = scale * IQ4_NL.value(pair & 15);
        target[targetOffset + i + j + HALF] = scale * IQ4_NL.value(pair >> 4);
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = 0; i < count; i += GROUP) {
      long block = offset + (long) (i / BLOCK_WEIGHTS) * BLOCK_BYTES;
      int group = i % BLOCK_WEIGHTS / GROUP;
      float low = 0;
      float high = 0;
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, block + NIBBLES + HALF * group + j);
        low += IQ4_NL.value(pair & 15) * x[xOffset + i + j];
        high += IQ4_NL.value(pair >> 4) * x[xOffset + i + j + HALF];
      }
      sum += scale(source, block, group) * (low + high);
    }
    return sum;
  }
}
