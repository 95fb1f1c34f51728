package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * {@link Q4_K} with a fifth bit for each quant, 0 to 31; the fifth bits of group g are bit g of 32
 * bytes.
 *
 * <pre>
 *  Q5_K   176 bytes = 256 weights   | 0..1 d: f16 | 2..3 m: f16 | 4..15 {@link SixBitFactors} s, o | 16..47 h[0..31]: bits |
 *                                   | 48..175 b[0..127]: nibbles |                                 5.5 bits/weight
 *         w[i] = d * s[g] * (q[i] + 16 * (bit g of h[i%32])) - m * o[g]       g = i / 32, q as in Q4_K
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_q5_K</a>
 */
public final class Q5_K implements BlockFormat {
  static final int BLOCK_WEIGHTS = 256;
  static final int GROUP = 32;
  static final int SCALE = 0; // f16
  static final int OFFSET = SCALE + 2; // f16
  static final int FACTORS = OFFSET + 2;
  static final int FIFTH_BITS = FACTORS + SixBitFactors.BYTES; // uint8[32]
  static final int NIBBLES = FIFTH_BITS + 32; // uint8[128]
  static final int BLOCK_BYTES = NIBBLES + BLOCK_WEIGHTS / 2;

  private static int quant(MemorySegment source, long block, int group, int j) {
    int low =
        LittleEndian.uint8(source, block + NIBBLES + group / 2 * GROUP + j) >> group % 2 * 4 & 15;
    return low | (LittleEndian.uint8(source, block + FIFTH_BITS + j) >> group & 1) << 4;
  }

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i += GROUP) {
      long block = offset + (long) (i / BLOCK_WEIGHTS) * BLOCK_BYTES;
      int group = i % BLOCK_WEIGHTS / GROUP;
      float scale =
          LittleEndian.f16(source, block + SCALE)
              * SixBitFactors.scale(source, block + FACTORS, group);
      float least =
          LittleEndian.f16(source, block + OFFSET)
              * SixBitFactors.offset(source, block + FACTORS, group);
      for (int j = 0; j < GROUP; j++) {
        target[targetOffset + i + j] = scale * quant(source, block, group, j) - least;
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = 0; i < count; i += GROUP) {
      long block = offset + (long) (i / BLOCK_WEIGHTS) * BLOCK_BYTES;
      int group = i % BLOCK_WEIGHTS / GROUP;
      float scale =
          LittleEndian.f16(source, block + SCALE)
              * SixBitFactors.scale(source, block + FACTORS, group);
      float least =
          LittleEndian.f16(source, block + OFFSET)
              * SixBitFactors.offset(source, block + FACTORS, group);
      float quants = 0;
      float ones = 0;
      for (int j = 0; j < GROUP; j++) {
        quants += quant(source, block, group, j) * x[xOffset + i + j];
        ones += x[xOffset + i + j];
      }
      sum += scale * quants - least * ones;
    }
    return sum;
  }
}
