package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 32-bit IEEE 754 floats.
 *
 * <pre>
 *  F32   4 bytes = 1 weight   | 0..3 w: f32 |     32 bits/weight
 * </pre>
 */
public final class F32 implements BlockFormat {
  static final int BLOCK_BYTES = 4;

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    MemorySegment.copy(source, LittleEndian.FLOAT, offset, target, targetOffset, count);
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = 0; i < count; i++) {
      sum += source.get(LittleEndian.FLOAT, offset + (long) i * BLOCK_BYTES) * x[xOffset + i];
    }
    return sum;
  }
}
