package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 5-bit quants, -16 to 15, with one scale for 32 weights. The fifth bits stand together in one
 * number, bit j that of weight j.
 *
 * <pre>
 *  Q5_0   22 bytes = 32 weights   | 0..1 d: f16 | 2..5 h: uint32 | 6..21 b[0..15]: nibbles |       5.5 bits/weight
 *         w[j]    = d * ((b[j] &amp; 15) + 16 * (bit j of h) - 16)
 *         w[j+16] = d * ((b[j] &gt;&gt; 4) + 16 * (bit j+16 of h) - 16)                            j = 0..15
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_q5_0</a>
 */
public final class Q5_0 implements BlockFormat {
  static final int BLOCK_WEIGHTS = 32;
  static final int HALF = BLOCK_WEIGHTS / 2;
  static final int SCALE = 0; // f16
  static final int FIFTH_BITS = SCALE + 2; // uint32
  static final int NIBBLES = FIFTH_BITS + 4; // uint8[16]
  static final int BLOCK_BYTES = NIBBLES + HALF;
  static final int ZERO = 16; // the code that means 0

  /** Code of weight j, with the fifth bit at its place. */
  static int low(int pair, int fifthBits, int j) {
    return (pair & 15) | (fifthBits >>> j & 1) << 4;
  }

  /** Code of weight j + 16. */
  static int high(int pair, int fifthBits, int j) {
    return (pair >> 4) | (fifthBits >>> (j + HALF) & 1) << 4;
  }

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = targetOffset;
        i < targetOffset + count;
        i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float scale = LittleEndian.f16(source, offset + SCALE);
      int fifthBits = LittleEndian.int32(source, offset + FIFTH_BITS);
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, offset + NIBBLES + j);
        target[i + j] = scale * (low(pair, fifthBits, j) - ZERO);
        target[i + j + HALF] = scale * (high(pair, fifthBits, j) - ZERO);
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = xOffset; i < xOffset + count; i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      int fifthBits = LittleEndian.int32(source, offset + FIFTH_BITS);
      float low = 0;
      float high = 0;
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, offset + NIBBLES + j);
        low += (low(pair, fifthBits, j) - ZERO) * x[i + j];
        high += (high(pair, fifthBits, j) - ZERO) * x[i + j + HALF];
      }
      sum += LittleEndian.f16(source, offset + SCALE) * (low + high);
    }
    return sum;
  }
}
