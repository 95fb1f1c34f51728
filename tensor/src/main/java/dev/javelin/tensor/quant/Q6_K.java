package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 6-bit quants, -32 to 31, in blocks of 256 weights. Each group g of 16 weights has a signed byte
 * as scale, which counts in one f16 number of the block. Low four and high two bits are stored
 * apart.
 *
 * <pre>
 *  Q6_K   210 bytes = 256 weights   | 0..127 b[0..127]: nibbles | 128..191 h[0..63]: 2-bit |
 *                                   | 192..207 s[0..15]: int8 | 208..209 d: f16 |
 *         w[i] = d * s[g] * (low[i] + 16 * high[i] - 32)         g = i / 16                        6.5625 bits/weight
 *         low[128n + 32k + j]  = (low nibble for k = 0, 1, high nibble for k = 2, 3) of b[64n + 32(k%2) + j]
 *         high[128n + 32k + j] = bits 2k, 2k+1 of h[32n + j]                             n = 0..1, k = 0..3, j = 0..31
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_q6_K</a>
 */
public final class Q6_K implements BlockFormat {
  static final int BLOCK_WEIGHTS = 256;
  static final int GROUP = 16;
  static final int NIBBLES = 0; // uint8[128]
  static final int HIGH_BITS = NIBBLES + BLOCK_WEIGHTS / 2; // uint8[64]
  static final int FACTORS = HIGH_BITS + BLOCK_WEIGHTS / 4; // int8[16]
  static final int SCALE = FACTORS + 16; // f16
  static final int BLOCK_BYTES = SCALE + 2;
  static final int ZERO = 32; // the code that means 0

  private static float scale(MemorySegment source, long block, int group) {
    return LittleEndian.f16(source, block + SCALE)
        * LittleEndian.int8(source, block + FACTORS + group);
  }

  /** Quant of weight i + j of a block; i is the first of its group. */
  private static int quant(MemorySegment source, long block, int i, int j) {
    int n = i / 128;
    int k = i % 128 / 32;
    int low =
        LittleEndian.uint8(source, block + NIBBLES + 64 * n + 32 * (k % 2) + i % 32 + j)
                >> 4 * (k / 2)
            & 15;
    int high = LittleEndian.uint8(source, block + HIGH_BITS + 32 * n + i % 32 + j) >> 2 * k & 3;
    return (low | high << 4) - ZERO;
  }

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i += GROUP) {
      int inBlock = i % BLOCK_WEIGHTS;
      long block = offset + (long) (i / BLOCK_WEIGHTS) * BLOCK_BYTES;
      float scale = scale(source, block, inBlock / GROUP);
      for (int j = 0; j < GROUP; j++) {
        target[targetOffset + i + j] = scale * quant(source, block, inBlock, j);
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = 0; i < count; i += GROUP) {
      int inBlock = i % BLOCK_WEIGHTS;
      long block = offset + (long) (i / BLOCK_WEIGHTS) * BLOCK_BYTES;
      float quants = 0;
      for (int j = 0; j < GROUP; j++) {
        quants += quant(source, block, inBlock, j) * x[xOffset + i + j];
      }
      sum += scale(source, block, inBlock / GROUP) * quants;
    }
    return sum;
  }
}
