package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * 2-bit codes 0, 1, 2 (and 3) for -1, 0, 1 (and 2). A table of the scaled weights, repeated to fill
 * a vector, is permuted by the codes: permutations look at the lowest bits of a lane alone, so
 * there is no mask, no subtraction, no conversion and no product.
 */
final class Ternary {
  private static final float[] WEIGHTS = {-1, 0, 1, 2, -1, 0, 1, 2, -1, 0, 1, 2, -1, 0, 1, 2};

  private Ternary() {}

  /** The bits of the weights for each code. */
  static IntVector weights(FloatVector scale) {
    return FloatVector.fromArray(FLOAT, WEIGHTS, 0).mul(scale).reinterpretAsInts();
  }

  /** The weights of codes that may have other bits above them. */
  static FloatVector weight(IntVector codes, IntVector weights) {
    IntVector index = LANES == 4 ? codes.and(3) : codes;
    return index.selectFrom(weights).reinterpretAsFloats();
  }
}
