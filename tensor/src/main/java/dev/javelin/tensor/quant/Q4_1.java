package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 4-bit quants, 0 to 15, with a scale and an offset for 32 weights.
 *
 * <pre>
 *  Q4_1   20 bytes = 32 weights   | 0..1 d: f16 | 2..3 m: f16 | 4..19 b[0..15]: nibbles |          5 bits/weight
 *         w[j] = d * (b[j] &amp; 15) + m      w[j+16] = d * (b[j] &gt;&gt; 4) + m             j = 0..15
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_q4_1</a>
 */
public final class Q4_1 implements BlockFormat {
  static final int BLOCK_WEIGHTS = 32;
  static final int HALF = BLOCK_WEIGHTS / 2;
  static final int SCALE = 0; // f16
  static final int OFFSET = SCALE + 2; // f16
  static final int NIBBLES = OFFSET + 2; // uint8[16]
  static final int BLOCK_BYTES = NIBBLES + HALF;

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = targetOffset;
        i < targetOffset + count;
        i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float scale = LittleEndian.f16(source, offset + SCALE);
      float least = LittleEndian.f16(source, offset + OFFSET);
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, offset + NIBBLES + j);
        target[i + j] = scale * (pair & 15) + least;
        target[i + j + HALF] = scale * (pair >> 4) + least;
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = xOffset; i < xOffset + count; i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float quants = 0;
      float ones = 0;
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, offset + NIBBLES + j);
        quants += (pair & 15) * x[i + j] + (pair >> 4) * x[i + j + HALF];
        ones += x[i + j] + x[i + j + HALF];
      }
      sum +=
          LittleEndian.f16(source, offset + SCALE) * quants
              + LittleEndian.f16(source, offset + OFFSET) * ones;
    }
    return sum;
  }
}
