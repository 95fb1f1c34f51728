package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * 4-bit floats (E2M1) with a power of two (E8M0) as scale for 32 weights: the weights of gpt-oss.
 *
 * <pre>
 *  MXFP4   17 bytes = 32 weights   | 0 e: E8M0 | 1..16 b[0..15]: nibbles |                       4.25 bits/weight
 *          w[j] = s * T[b[j] &amp; 15]      w[j+16] = s * T[b[j] &gt;&gt; 4]                           j = 0..15
 *          E2M1 has the values 0, 1/2, 1, 3/2, 2, 3, 4, 6 and the same negative. T holds them doubled, so that they
 *          are integers; s = 2^(e-127) / 2 takes the factor back.
 * </pre>
 *
 * <p>For e = 0 and 1 the scale s is subnormal: its bits are a fraction alone. e = 255, which OCP
 * calls NaN, is not special here (nor in ggml): s = 2^127. Code 8, minus zero, reads as plus zero.
 *
 * @see <a
 *     href="https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf">OCP
 *     MX</a>
 */
public final class Mxfp4 implements BlockFormat {
  static final int BLOCK_WEIGHTS = 32;
  static final int HALF = BLOCK_WEIGHTS / 2;
  static final int EXPONENT = 0; // uint8
  static final int NIBBLES = EXPONENT + 1; // uint8[16]
  static final int BLOCK_BYTES = NIBBLES + HALF;

  private static final byte[] DOUBLED = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  /** 2^(e-128), the scale of the doubled codes. */
  public static float halfScale(int e) {
    // Fraction bits of a subnormal count in 2^-149: 2^-128 is bit 21, 2^-127 is bit 22. Then the
    // exponent field is e-1.
    return Float.intBitsToFloat(e < 2 ? 1 << (21 + e) : (e - 1) << 23);
  }

  /** Twice the value of a 4-bit code, an integer of -12 to 12. */
  public static int doubled(int code) {
    return DOUBLED[code];
  }

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float scale = halfScale(LittleEndian.uint8(source, offset + EXPONENT));
      for (int j = 0; j < HALF; j++) {
        int pair = LittleEndian.uint8(source, offset + NIBBLES + j);
        target[targetOffset + i + j] = scale * DOUBLED[pair & 15];
        target[targetOffset + i + j + HALF] = scale * DOUBLED[pair >> 4];
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
        low += DOUBLED[pair & 15] * x[xOffset + i + j];
        high += DOUBLED[pair >> 4] * x[xOffset + i + j + HALF];
      }
      sum += halfScale(LittleEndian.uint8(source, offset + EXPONENT)) * (low + high);
    }
    return sum;
  }
}
