package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Codes as floats. At 512 bits sixteen floats fit one vector: they are permuted by the lowest four
 * bits of each lane, which takes no mask and no conversion, and they may be scaled before. At other
 * widths the code is masked and converted.
 *
 * <p>A table is made by {@link #table} and means nothing at other widths, where scale and offset
 * are applied to each vector.
 */
final class Nibbles {
  private static final float[] NUMBERS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  private static final float[] NUMBERS_MOD_4 = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};

  private Nibbles() {}

  /** d * n + m for n = 0 .. 15. */
  static IntVector table(FloatVector d, FloatVector m) {
    return LANES == 16
        ? FloatVector.fromArray(FLOAT, NUMBERS, 0).fma(d, m).reinterpretAsInts()
        : IntVector.zero(INT);
  }

  /** d * n + m for n = 0 .. 3, four times. */
  static IntVector table4(FloatVector d, FloatVector m) {
    return LANES == 16
        ? FloatVector.fromArray(FLOAT, NUMBERS_MOD_4, 0).fma(d, m).reinterpretAsInts()
        : IntVector.zero(INT);
  }

  /** d * n + m for the lowest four bits n of each lane. */
  static FloatVector weights(IntVector codes, IntVector table, FloatVector d, FloatVector m) {
    return LANES == 16
        ? codes.selectFrom(table).reinterpretAsFloats()
        : Codes.floats(codes.and(15)).fma(d, m);
  }

  /** d * n + m for the lowest two bits n of each lane. */
  static FloatVector weights4(IntVector codes, IntVector table, FloatVector d, FloatVector m) {
    return LANES == 16
        ? codes.selectFrom(table).reinterpretAsFloats()
        : Codes.floats(codes.and(3)).fma(d, m);
  }

  /**
   * Adds {@code step} in the lanes whose bit is set in the word {@code bits}; {@code columns} is
   * used where there are no mask registers.
   */
  static FloatVector addWhere(FloatVector v, int bits, IntVector columns, FloatVector step) {
    if (LANES == 16) {
      return v.add(step, VectorMask.fromLong(FLOAT, bits & 0xFFFFL));
    }
    IntVector set =
        IntVector.broadcast(INT, bits)
            .lanewise(jdk.incubator.vector.VectorOperators.LSHR, columns)
            .and(1);
    return Codes.floats(set).fma(step, v);
  }
}
