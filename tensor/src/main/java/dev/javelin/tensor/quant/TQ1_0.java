package dev.javelin.tensor.quant;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * Ternary weights, -1, 0 or 1 times one scale for 256 weights, five to a byte. A byte is the
 * fraction q / 256 of a number of base 3, first digit first: times 3, the digit stands above the
 * point. So digit n is the carry of ((q * 3^n) mod 256) * 3.
 *
 * <pre>
 *  TQ1_0   54 bytes = 256 weights   | 0..47 b[0..47]: 5 digits each | 48..51 h[0..3]: 4 digits each | 52..53 d: f16 |
 *          w[i] = d * (digit - 1)                                                              1.6875 bits/weight
 *          i = 32n + j         digit n of b[j]            n = 0..4, j = 0..31
 *          i = 160 + 16n + j   digit n of b[32 + j]       n = 0..4, j = 0..15
 *          i = 240 + 4n + j    digit n of h[j]            n = 0..3, j = 0..3
 * </pre>
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">block_tq1_0</a>
 */
public final class TQ1_0 implements BlockFormat {
  static final int BLOCK_WEIGHTS = 256;
  static final int DIGITS = 0; // uint8[48]
  static final int LAST_DIGITS = DIGITS + 48; // uint8[4]
  static final int SCALE = LAST_DIGITS + 4; // f16
  static final int BLOCK_BYTES = SCALE + 2;

  /** Runs of weights: first weight, weights with the same digit number, first byte. */
  private static final int[][] RUNS = {
    {0, 32, DIGITS}, {160, 16, DIGITS + 32}, {240, 4, LAST_DIGITS}
  };

  private static final int[] POWERS = {1, 3, 9, 27, 81};

  /** Digit n of a byte, less one: the weight. */
  static int weight(int q, int n) {
    return ((q * POWERS[n] & 255) * 3 >> 8) - 1;
  }

  @Override
  public void dequantize(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = targetOffset;
        i < targetOffset + count;
        i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float scale = LittleEndian.f16(source, offset + SCALE);
      for (int[] run : RUNS) {
        int digits = run[1] == 4 ? 4 : 5;
        for (int n = 0; n < digits; n++) {
          for (int j = 0; j < run[1]; j++) {
            int weight = weight(LittleEndian.uint8(source, offset + run[2] + j), n);
            target[i + run[0] + n * run[1] + j] = weight * scale;
          }
        }
      }
    }
  }

  @Override
  public float dot(MemorySegment source, long offset, float[] x, int xOffset, int count) {
    float sum = 0;
    for (int i = xOffset; i < xOffset + count; i += BLOCK_WEIGHTS, offset += BLOCK_BYTES) {
      float weights = 0;
      for (int[] run : RUNS) {
        int digits = run[1] == 4 ? 4 : 5;
        for (int n = 0; n < digits; n++) {
          for (int j = 0; j < run[1]; j++) {
            int weight = weight(LittleEndian.uint8(source, offset + run[2] + j), n);
            weights += weight * x[i + run[0] + n * run[1] + j];
          }
        }
      }
      sum += LittleEndian.f16(source, offset + SCALE) * weights;
    }
    return sum;
  }
}
