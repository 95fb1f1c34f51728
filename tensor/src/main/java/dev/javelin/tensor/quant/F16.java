package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 16-bit IEEE 754 floats: sign, 5 bits of exponent (bias 15), 10 bits of fraction.
 *
 * <pre>
 *  F16   2 bytes = 1 weight   | 0..1 w: f16 |     16 bits/weight
 *        s eeeee ffffffffff        w = (-1)^s * 2^(e-15) * 1.f      e = 0: (-1)^s * 2^-14 * 0.f      e = 31: Inf, NaN
 * </pre>
 *
 * <p>Subnormal weights are exact everywhere. Inf and NaN are exact here; the Vector API form reads
 * them as numbers of 2^16 and above, because no trained weight is either and the test would cost
 * more than the product.
 */
public final class F16 implements BlockFormat {
  static final int BLOCK_BYTES = 2;

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i++) {
      target[targetOffset + i] = LittleEndian.f16(source, offset + (long) i * BLOCK_BYTES);
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = 0; i < count; i++) {
      sum += LittleEndian.f16(source, offset + (long) i * BLOCK_BYTES) * x[xOffset + i];
    }
    return sum;
  }
}
