package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rounds a block of 32 floats to 16-bit integers with one scale; see {@link ShortActivations} for
 * the rule.
 */
final class QuantizedBlock {
  private static final int BLOCK = ShortProduct.BLOCK;

  private QuantizedBlock() {}

  /**
   * Writes 32 integers of at most 16 bits to {@code q} and returns their scale.
   *
   * @param lanes place for one vector
   */
  static float of(float[] x, int offset, int largest, int[] q, int qOffset, float[] lanes) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    FloatVector magnitudes = FloatVector.zero(FLOAT);
    for (int i = 0; i < BLOCK; i += LANES) {
      magnitudes = magnitudes.add(FloatVector.fromArray(FLOAT, x, offset + i).abs());
    }
    magnitudes.intoArray(lanes, 0);
    float scale = ShortScale.of(Lanes.sum(lanes, 0), largest);
    float inverse = ShortScale.inverse(scale);
    for (int i = 0; i < BLOCK; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOAT, x, offset + i).mul(inverse);
      rounded(v).intoArray(q, qOffset + i);
    }
    return scale;
  }

  /**
   * To the nearest integer, halves away from zero: half a unit with the sign of v is added, and the
   * fraction cut off.
   */
  private static IntVector rounded(FloatVector v) {
    IntVector half = v.reinterpretAsInts().and(0x80000000).or(0x3F000000);
    return (IntVector) v.add(half.reinterpretAsFloats()).convert(VectorOperators.F2I, 0);
  }
}
