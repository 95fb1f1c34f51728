package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 2-bit quants, 0 to 3, in blocks of 256 weights. Each group g of 16 weights has a scale and an
 * offset of four bits, which count in two f16 numbers of the block. A byte holds weights that are
 * 32 apart.
 *
 * <pre>
 *  Q2_K   84 bytes = 256 weights   | 0..15 s[0..15]: nibbles | 16..79 b[0..63]: 2-bit codes | 80..81 d: f16 | 82..83 m: f16 |
 *         w[i] = d * (s[g] &amp; 15) * q[i] - m * (s[g] &gt;&gt; 4)        g = i / 16              2.625 bits/weight
 *         q[128h + 32k + j] = bits 2k, 2k+1 of b[32h + j]                h = 0..1, k = 0..3, j = 0..31
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_q2_K</a>
 */
public final class Q2_K implements BlockFormat {
  static final int BLOCK_WEIGHTS = 256;
  static final int GROUP = 16;
  static final int FACTORS = 0; // uint8[16]
  static final int CODES = FACTORS + 16; // uint8[64]
  static final int SCALE = CODES + 64; // f16
  static final int OFFSET = SCALE + 2; // f16
  static final int BLOCK_BYTES = OFFSET + 2;

  /**
   * Where the bytes with the 2-bit codes of weights i to i + 15 of a block start; {@code first} is
   * that of weights 0 to 15.
   */
  static long codes(long first, int i) {
    return first + i / 128 * 32 + i % 32;
  }

  /** Which bits of those bytes. */
  static int shift(int i) {
    return i % 128 / 32 * 2;
  }

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i += GROUP) {
      int inBlock = i % BLOCK_WEIGHTS;
      long block = offset + (long) (i / BLOCK_WEIGHTS) * BLOCK_BYTES;
      int factors = LittleEndian.uint8(source, block + FACTORS + inBlock / GROUP);
      float scale = LittleEndian.f16(source, block + SCALE) * (factors & 15);
      float least = LittleEndian.f16(source, block + OFFSET) * (factors >> 4);
      for (int j = 0; j < GROUP; j++) {
        int code =
            LittleEndian.uint8(source, codes(block + CODES, inBlock) + j) >> shift(inBlock) & 3;
        target[targetOffset + i + j] = scale * code - least;
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = 0; i < count; i += GROUP) {
      int inBlock = i % BLOCK_WEIGHTS;
      long block = offset + (long) (i / BLOCK_WEIGHTS) * BLOCK_BYTES;
      int factors = LittleEndian.uint8(source, block + FACTORS + inBlock / GROUP);
      float quants = 0;
      float ones = 0;
      for (int j = 0; j < GROUP; j++) {
        int code =
            LittleEndian.uint8(source, codes(block + CODES, inBlock) + j) >> shift(inBlock) & 3;
        quants += code * x[xOffset + i + j];
        ones += x[xOffset + i + j];
      }
      sum +=
          LittleEndian.f16(source, block + SCALE) * (factors & 15) * quants
              - LittleEndian.f16(source, block + OFFSET) * (factors >> 4) * ones;
    }
    return sum;
  }
}
