package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Rounds one block of 32 activations of a vector of tokens to 16-bit integers with a scale for each
 * token, and puts two tokens into each word; see {@link ShortActivations} for the rule.
 */
final class QuantizedPairs {
  private static final int BLOCK = ShortProduct.BLOCK;
  private static final int TOKENS = ShortProduct.SHORTS;
  private static final int ROUNDING = BLOCK / 2;

  /**
   * Added to a float of a magnitude below 2^22 it leaves the nearest integer in the lowest bits:
   * 1.5 * 2^23, whose own lowest 16 bits are zero.
   */
  private static final float TO_INTEGER = 12_582_912f;

  /** [TOKENS / 2][BLOCK]: token i in the lower half of row i, token i + TOKENS / 2 in the upper. */
  final int[] words = new int[16 * BLOCK];

  final float[] scales = new float[32];
  private final float[] inverses = new float[32];
  private final float[] magnitudes = new float[32 * Lanes.STRIDE];

  /**
   * @param step floats from one token to the next
   * @param tokens those that there are, 0 to {@link ShortProduct#SHORTS}; the others become zeros
   */
  void set(float[] x, int from, int step, int tokens, int largest) {
    if (tokens == 0) {
      Arrays.fill(words, 0);
      Arrays.fill(scales, 0);
      return;
    }
    magnitudes(x, from, step, tokens, magnitudes);
    Lanes.sums(magnitudes, 0, tokens, scales, 0, 1);
    scale(tokens, Short.MAX_VALUE / largest - ROUNDING);
    for (int i = 0; i < LANES; i++) {
      int low = Math.min(i, tokens - 1);
      int high = Math.min(i + LANES, tokens - 1);
      float l = inverses[i];
      float h = inverses[i + LANES];
      pair(x, from + low * step, l, from + high * step, h, words, i * BLOCK);
    }
  }

  /** From sums of magnitudes to scales and what they divide by; 0 for tokens that are not there. */
  private void scale(int tokens, int most) {
    for (int i = 0; i < tokens; i++) {
      float sum = scales[i];
      float scale = sum / most;
      boolean usable = scale >= Float.MIN_NORMAL && scale < Float.POSITIVE_INFINITY;
      inverses[i] = usable ? 1 / scale : 0;
      scales[i] = usable ? scale : sum * 0; // a NaN or infinite sum stays visible
    }
    for (int i = tokens; i < TOKENS; i++) {
      inverses[i] = 0;
      scales[i] = 0;
    }
  }

  private static void magnitudes(float[] x, int from, int step, int tokens, float[] target) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    for (int t = 0; t < tokens; t++, from += step) {
      FloatVector sum = FloatVector.fromArray(FLOAT, x, from).abs();
      for (int i = LANES; i < BLOCK; i += LANES) {
        sum = sum.add(FloatVector.fromArray(FLOAT, x, from + i).abs());
      }
      sum.intoArray(target, t * Lanes.STRIDE);
    }
  }

  /** One row of words. */
  private static void pair(
      float[] x, int low, float lowInverse, int high, float highInverse, int[] words, int to) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    for (int i = 0; i < BLOCK; i += LANES) {
      IntVector l = rounded(x, low + i, lowInverse).and(0xFFFF);
      IntVector h = rounded(x, high + i, highInverse).lanewise(LSHL, Short.SIZE);
      h.or(l).intoArray(words, to + i);
    }
  }

  /** The nearest integers in the lower 16 bits. */
  private static IntVector rounded(float[] x, int offset, float inverse) {
    FloatVector by = FloatVector.broadcast(FLOAT, inverse);
    FloatVector add = FloatVector.broadcast(FLOAT, TO_INTEGER);
    return FloatVector.fromArray(FLOAT, x, offset).fma(by, add).reinterpretAsInts();
  }
}
