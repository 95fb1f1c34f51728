package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The vector operations of {@link QuantizedPairs}. */
final class RoundedPairs {
  private static final int BLOCK = ShortProduct.BLOCK;

  /**
   * Added to a float of a magnitude below 2^22 it leaves the nearest integer in the lowest bits:
   * 1.5 * 2^23, whose own lowest 16 bits are zero.
   */
  private static final float TO_INTEGER = 12_582_912f;

  private RoundedPairs() {}

  /** Sums of the magnitudes of one block of each token, a vector each, still to be added up. */
  static void magnitudes(float[] x, int from, int step, int tokens, float[] target) {
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
  static void pair(
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
