package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 4-bit codes of 16 unevenly spaced values, with one scale for 32 weights. The values lie closer
 * together near zero, where most weights are.
 *
 * <pre>
 *  IQ4_NL   18 bytes = 32 weights   | 0..1 d: f16 | 2..17 b[0..15]: nibbles |                      4.5 bits/weight
 *           w[j] = d * T[b[j] &amp; 15]      w[j+16] = d * T[b[j] &gt;&gt; 4]                        j = 0..15
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_iq4_nl,
 *     kvalues_iq4nl</a>
 */
public final class IQ4_NL implements BlockFormat {
  static final int BLOCK_WEIGHTS = 32;
  static final int HALF = BLOCK_WEIGHTS / 2;
  static final int SCALE = 0; // f16
  static final int NIBBLES = SCALE + 2; // uint8[16]
  static final int BLOCK_BYTES = NIBBLES + HALF;

  private static final byte[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  /** What a 4-bit code stands for: T in the formula. */
  public static int value(int code) {
    return VALUES[code];
  }

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = targetOffset;
        i < targetOffset + count;
        i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float scale = LittleEndian.f16(source, offset + SCALE);
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, offset + NIBBLES + j);
        target[i + j] = scale * VALUES[pair & 15];
        target[i + j + HALF] = scale * VALUES[pair >> 4];
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = xOffset; i < xOffset + count; i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float low = 0;
      float high = 0;
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, offset + NIBBLES + j);
        low += VALUES[pair & 15] * x[i + j];
        high += VALUES[pair >> 4] * x[i + j + HALF];
      }
      sum += LittleEndian.f16(source, offset + SCALE) * (low + high);
    }
    return sum;
  }
}
