package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 8-bit quants with one scale for 32 weights.
 *
 * <pre>
 *  Q8_0   34 bytes = 32 weights   | 0..1 d: f16 | 2..33 q[0..31]: int8 |     w[i] = d * q[i]     8.5 bits/weight
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_q8_0</a>
 */
public final class Q8_0 implements BlockFormat {
  static final int BLOCK_WEIGHTS = 32;
  static final int SCALE = 0; // f16
  static final int QUANTS = SCALE + 2; // int8[32]
  static final int BLOCK_BYTES = QUANTS + BLOCK_WEIGHTS;

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float scale = LittleEndian.f16(source, offset + SCALE);
      for (int j = 0; j < BLOCK_WEIGHTS; j++) {
        target[targetOffset + i + j] = scale * LittleEndian.int8(source, offset + QUANTS + j);
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = 0; i < count; i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float blockSum = 0;
      for (int j = 0; j < BLOCK_WEIGHTS; j++) {
        blockSum += LittleEndian.int8(source, offset + QUANTS + j) * x[xOffset + i + j];
      }
      sum += LittleEndian.f16(source, offset + SCALE) * blockSum;
    }
    return sum;
  }
}
