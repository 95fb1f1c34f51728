package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 5-bit quants, 0 to 31, with a scale and an offset for 32 weights; codes as in {@link Q5_0}.
 *
 * <pre>
 *  Q5_1   24 bytes = 32 weights   | 0..1 d: f16 | 2..3 m: f16 | 4..7 h: uint32 | 8..23 b[0..15]: nibbles |   6 bits/weight
 *         w[j]    = d * ((b[j] &amp; 15) + 16 * (bit j of h)) + m
 *         w[j+16] = d * ((b[j] &gt;&gt; 4) + 16 * (bit j+16 of h)) + m                             j = 0..15
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_q5_1</a>
 */
public final class Q5_1 implements BlockFormat {
  static final int BLOCK_WEIGHTS = 32;
  static final int HALF = BLOCK_WEIGHTS / 2;
  static final int SCALE = 0; // f16
  static final int OFFSET = SCALE + 2; // f16
  static final int FIFTH_BITS = OFFSET + 2; // uint32
  static final int NIBBLES = FIFTH_BITS + 4; // uint8[16]
  static final int BLOCK_BYTES = NIBBLES + HALF;

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = targetOffset;
        i < targetOffset + count;
        i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float scale = LittleEndian.f16(source, offset + SCALE);
      float least = LittleEndian.f16(source, offset + OFFSET);
      int fifthBits = LittleEndian.int32(source, offset + FIFTH_BITS);
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, offset + NIBBLES + j);
        target[i + j] = scale * Q5_0.low(pair, fifthBits, j) + least;
        target[i + j + HALF] = scale * Q5_0.high(pair, fifthBits, j) + least;
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = xOffset; i < xOffset + count; i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      int fifthBits = LittleEndian.int32(source, offset + FIFTH_BITS);
      float quants = 0;
      float ones = 0;
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, offset + NIBBLES + j);
        float low = x[i + j];
        float high = x[i + j + HALF];
        quants += Q5_0.low(pair, fifthBits, j) * low + Q5_0.high(pair, fifthBits, j) * high;
        ones += low + high;
      }
      sum +=
          LittleEndian.f16(source, offset + SCALE) * quants
              + LittleEndian.f16(source, offset + OFFSET) * ones;
    }
    return sum;
  }
}
