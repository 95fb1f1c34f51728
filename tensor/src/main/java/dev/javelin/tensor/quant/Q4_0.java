package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 4-bit quants, -8 to 7, with one scale for 32 weights. A byte holds weights that are 16 apart, so
 * that one mask and one shift give two runs of 16.
 *
 * <pre>
 *  Q4_0   18 bytes = 32 weights   | 0..1 d: f16 | 2..17 b[0..15]: nibbles |                      4.5 bits/weight
 *         w[j] = d * ((b[j] &amp; 15) - 8)      w[j+16] = d * ((b[j] &gt;&gt; 4) - 8)        j = 0..15
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_q4_0</a>
 */
public final class Q4_0 implements BlockFormat {
  static final int BLOCK_WEIGHTS = 32;
  static final int HALF = BLOCK_WEIGHTS / 2;
  static final int SCALE = 0; // f16
  static final int NIBBLES = SCALE + 2; // uint8[16]
  static final int BLOCK_BYTES = NIBBLES + HALF;
  static final int ZERO = 8; // the code that means 0

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float scale = LittleEndian.f16(source, offset + SCALE);
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, offset + NIBBLES + j);
        target[targetOffset + i + j] = scale * ((pair & 15) - ZERO);
        target[targetOffset + i + j + HALF] = scale * ((pair >> 4) - ZERO);
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = 0; i < count; i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float low = 0;
      float high = 0;
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, offset + NIBBLES + j);
        low += ((pair & 15) - ZERO) * x[xOffset + i + j];
        high += ((pair >> 4) - ZERO) * x[xOffset + i + j + HALF];
      }
      sum += LittleEndian.f16(source, offset + SCALE) * (low + high);
    }
    return sum;
  }
}
