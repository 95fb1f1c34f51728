package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * Ternary weights, -1, 0 or 1 times one scale for the whole tensor, four to a byte: the weights of
 * Microsoft's BitNet files. A byte holds weights that are 32 apart, the first in the highest bits.
 *
 * <pre>
 *  I2_S   32 bytes = 128 weights   | 0..31 b[0..31]: 2-bit codes |                                    2 bits/weight
 *         w[32k + j] = d * (q - 1), q = bits 6-2k, 7-2k of b[j]                  k = 0..3, j = 0..31
 *         behind the last block of the tensor: | 0..3 d: f32 | 28 bytes without meaning |
 * </pre>
 *
 * <p>Code 3 does not occur; here it reads as 2. A format without a tensor has the scale 1.
 *
 * @see <a
 *     href="https://github.com/microsoft/BitNet/blob/main/src/ggml-bitnet-mad.cpp">quantize_i2_s</a>
 */
public final class I2_S implements BlockFormat {
  static final int BLOCK_WEIGHTS = 128;
  static final int RUN = 32;
  static final int BLOCK_BYTES = BLOCK_WEIGHTS / 4;

  private final float scale;

  public I2_S() {
    this(1);
  }

  private I2_S(float scale) {
    this.scale = scale;
  }

  @Override
  public BlockFormat of(MemorySegment tensor, long weights) {
    return new I2_S(tensor.get(LittleEndian.FLOAT, weights / BLOCK_WEIGHTS * BLOCK_BYTES));
  }

  @Override
  public float tensorScale() {
    return scale;
  }

  private static int weight(MemorySegment source, long offset, int i, int j) {
    long block = offset + (long) (i / BLOCK_WEIGHTS) * BLOCK_BYTES;
    return (LittleEndian.uint8(source, block + j) >> 6 - 2 * (i % BLOCK_WEIGHTS / RUN) & 3) - 1;
  }

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i += RUN) {
      for (int j = 0; j < RUN; j++) {
        target[targetOffset + i + j] = weight(source, offset, i, j) * scale;
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = 0; i < count; i += RUN) {
      for (int j = 0; j < RUN; j++) {
        sum += weight(source, offset, i, j) * x[xOffset + i + j];
      }
    }
    return sum * scale;
  }
}
