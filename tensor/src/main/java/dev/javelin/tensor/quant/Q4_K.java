package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 4-bit quants, 0 to 15, in blocks of 256 weights. Each group g of 32 weights has a scale and an
 * offset of six bits, which count in two f16 numbers of the block. A byte holds weights that are 32
 * apart.
 *
 * <pre>
 *  Q4_K   144 bytes = 256 weights   | 0..1 d: f16 | 2..3 m: f16 | 4..15 {@link SixBitFactors} s, o | 16..143 b[0..127]: nibbles |
 *         w[i] = d * s[g] * q[i] - m * o[g]                      g = i / 32                        4.5 bits/weight
 *         q[64h + j] = b[32h + j] &amp; 15      q[64h + 32 + j] = b[32h + j] &gt;&gt; 4          h = 0..3, j = 0..31
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_q4_K</a>
 */
public final class Q4_K implements BlockFormat {
  static final int BLOCK_WEIGHTS = 256;
  static final int GROUP = 32;
  static final int SCALE = 0; // f16
  static final int OFFSET = SCALE + 2; // f16
  static final int FACTORS = OFFSET + 2;
  static final int NIBBLES = FACTORS + SixBitFactors.BYTES; // uint8[128]
  static final int BLOCK_BYTES = NIBBLES + BLOCK_WEIGHTS / 2;

  private static int quant(MemorySegment source, long block, int group, int j) {
    return LittleEndian.uint8(source, block + NIBBLES + group / 2 * GROUP + j) >> group % 2 * 4
        & 15;
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
