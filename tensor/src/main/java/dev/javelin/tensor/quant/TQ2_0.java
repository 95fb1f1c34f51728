package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * Ternary weights, -1, 0 or 1 times one scale for 256 weights, four to a byte. A byte holds weights
 * that are 32 apart.
 *
 * <pre>
 *  TQ2_0   66 bytes = 256 weights   | 0..63 b[0..63]: 2-bit codes | 64..65 d: f16 |            2.0625 bits/weight
 *          w[i] = d * (q[i] - 1)
 *          q[128h + 32k + j] = bits 2k, 2k+1 of b[32h + j]               h = 0..1, k = 0..3, j = 0..31
 * </pre>
 *
 * <p>Code 3 has no meaning; as in ggml it reads as 2.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_tq2_0</a>
 */
public final class TQ2_0 implements BlockFormat {
  static final int BLOCK_WEIGHTS = 256;
  static final int RUN = 32;
  static final int CODES = 0; // uint8[64]
  static final int SCALE = CODES + BLOCK_WEIGHTS / 4; // f16
  static final int BLOCK_BYTES = SCALE + 2;

  private static int weight(MemorySegment source, long block, int i, int j) {
    return (LittleEndian.uint8(source, Q2_K.codes(block + CODES, i) + j) >> Q2_K.shift(i) & 3) - 1;
  }

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i += RUN) {
      long block = offset + (long) (i / BLOCK_WEIGHTS) * BLOCK_BYTES;
      float scale = LittleEndian.f16(source, block + SCALE);
      for (int j = 0; j < RUN; j++) {
        target[targetOffset + i + j] = weight(source, block, i % BLOCK_WEIGHTS, j) * scale;
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = 0; i < count; i += RUN) {
      long block = offset + (long) (i / BLOCK_WEIGHTS) * BLOCK_BYTES;
      float weights = 0;
      for (int j = 0; j < RUN; j++) {
        weights += weight(source, block, i % BLOCK_WEIGHTS, j) * x[xOffset + i + j];
      }
      sum += LittleEndian.f16(source, block + SCALE) * weights;
    }
    return sum;
  }
}
