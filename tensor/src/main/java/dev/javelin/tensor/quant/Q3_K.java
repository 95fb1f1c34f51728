package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 3-bit quants, -4 to 3, in blocks of 256 weights. The low two bits lie as in {@link Q2_K}, the
 * third bits apart. Each group g of 16 weights has a factor of 6 bits, -32 to 31, whose low four
 * and high two bits are stored apart.
 *
 * <pre>
 *  Q3_K   110 bytes = 256 weights   | 0..31 h[0..31]: bits | 32..95 b[0..63]: 2-bit codes | 96..107 f[0..11] | 108..109 d: f16 |
 *         w[i] = d * s[g] * (q[i] + 4 * (bit i/32 of h[i%32]) - 4)       g = i / 16              3.4375 bits/weight
 *         q as in Q2_K
 *         s[g] = (nibble g/8 of f[g%8]) + 16 * (bits 2(g/4), 2(g/4)+1 of f[8 + g%4]) - 32        g = 0..15
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_q3_K</a>
 */
public final class Q3_K implements BlockFormat {
  static final int BLOCK_WEIGHTS = 256;
  static final int GROUP = 16;
  static final int THIRD_BITS = 0; // uint8[32]
  static final int CODES = THIRD_BITS + 32; // uint8[64]
  static final int FACTORS = CODES + 64; // uint8[12]
  static final int SCALE = FACTORS + 12; // f16
  static final int BLOCK_BYTES = SCALE + 2;
  static final int ZERO = 32; // the factor that means 0

  /** Scale of a group: d * s[g]. */
  private static float scale(MemorySegment source, long block, int group) {
    int low = LittleEndian.uint8(source, block + FACTORS + group % 8) >> group / 8 * 4 & 15;
    int high = LittleEndian.uint8(source, block + FACTORS + 8 + group % 4) >> group / 4 * 2 & 3;
    return LittleEndian.f16(source, block + SCALE) * ((low | high << 4) - ZERO);
  }

  /** Quant of weight i + j of a block; i is the first of its group. */
  private static int quant(MemorySegment source, long block, int i, int j) {
    int low = LittleEndian.uint8(source, Q2_K.codes(block + CODES, i) + j) >> Q2_K.shift(i) & 3;
    int high = LittleEndian.uint8(source, block + THIRD_BITS + i % 32 + j) >> i / 32 & 1;
    return low + 4 * high - 4;
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
