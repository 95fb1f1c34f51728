package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * The upper half of a 32-bit float: all its range, 8 bits of precision.
 *
 * <pre>
 *  BF16   2 bytes = 1 weight   | 0..1 w: upper 16 bits of an f32 |     16 bits/weight
 *         s eeeeeeee fffffff        w = float with these bits, then 16 zero bits
 * </pre>
 *
 * @see <a href="https://cloud.google.com/tpu/docs/bfloat16">bfloat16</a>
 */
public final class BF16 implements BlockFormat {
  static final int BLOCK_BYTES = 2;

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i++) {
      target[targetOffset + i] = weight(source, offset + (long) i * BLOCK_BYTES);
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weight(source, offset + (long) i * BLOCK_BYTES) * x[xOffset + i];
    }
    return sum;
  }

  private static float weight(MemorySegment source, long offset) {
    return Float.intBitsToFloat(source.get(LittleEndian.SHORT, offset) << 16);
  }
}
