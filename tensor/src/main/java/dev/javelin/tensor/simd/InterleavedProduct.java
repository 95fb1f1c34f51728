package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.SHORT;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * The innermost loops of {@link InterleavedKernel}: two groups of rows times one token. A lane of
 * 16 bits is one row; it holds the codes of four columns. A permutation turns codes into integer
 * weights, a 16-bit multiplication by the column's activation and a 16-bit addition follow, and
 * after 32 columns the sums are widened to floats, once. {@link ShortActivations} says why they
 * fit.
 *
 * <p>A vector of 512 bits holds the table of 16 values twice, so bit 4 of an index does not matter.
 * Narrower vectors do not; there is no form for them.
 */
final class InterleavedProduct {
  private static final int BLOCK = WordActivations.BLOCK;
  private static final int LINES = BLOCK / 4;
  private static final long LINE_BYTES = 64;

  /** Floats of scales for one block: even rows, then odd rows. */
  static final int SCALES = 32;

  static final long ODD_SCALES = SCALES / 2 * Float.BYTES;
  private static final long SCALE_BYTES = SCALES * Float.BYTES;
  private static final int HIGH_SHORTS = 0xFFFF0000;

  private InterleavedProduct() {}

  private static IntVector ints(MemorySegment base, long o) {
    return IntVector.fromMemorySegment(INT, base, o, LITTLE_ENDIAN);
  }

  private static ShortVector word(MemorySegment base, long o) {
    return IntVector.broadcast(INT, base.get(ValueLayout.JAVA_INT_UNALIGNED, o))
        .reinterpretAsShorts();
  }

  /** The lower halves, times 65536. */
  private static FloatVector even(IntVector sums) {
    return (FloatVector) sums.lanewise(LSHL, Short.SIZE).convert(I2F, 0);
  }

  /** The upper halves, times 65536. */
  private static FloatVector odd(IntVector sums) {
    return (FloatVector) sums.and(HIGH_SHORTS).convert(I2F, 0);
  }

  /**
   * Sums of the rows of two groups: even rows of a, odd rows of a, even rows of b, odd rows of b.
   *
   * @param a address of the first line of nibbles
   * @param xo address of the words of the activations
   * @param sa address of the scales of a, as floats, activation scales included, over 65536
   */
  static void twoGroups(
      MemorySegment base,
      long a,
      long b,
      MemorySegment xb,
      long xo,
      MemorySegment scales,
      long sa,
      long sb,
      int blocks,
      short[] table,
      float[] lanes) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    scales = FastMemory.base(scales);
    ShortVector values = ShortVector.fromArray(SHORT, table, 0);
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    for (int i = 0; i < blocks; i++) {
      ShortVector p = ShortVector.zero(SHORT);
      ShortVector q = p;
      for (int l = 0; l < LINES; l++) {
        a &= FastMemory.ADDRESS;
        b &= FastMemory.ADDRESS;
        IntVector v = ints(base, a);
        IntVector w = ints(base, b);
        for (int k = 0; k < 4; k++) {
          xo &= FastMemory.ADDRESS;
          ShortVector x = word(xb, xo);
          p = p.add(v.reinterpretAsShorts().selectFrom(values).mul(x));
          q = q.add(w.reinterpretAsShorts().selectFrom(values).mul(x));
          v = v.lanewise(LSHR, 4);
          w = w.lanewise(LSHR, 4);
          xo += Integer.BYTES;
        }
        a += LINE_BYTES;
        b += LINE_BYTES;
      }
      sa &= FastMemory.ADDRESS;
      sb &= FastMemory.ADDRESS;
      IntVector sums = p.reinterpretAsInts();
      a0 = even(sums).fma(load(scales, sa), a0);
      a1 = odd(sums).fma(load(scales, sa + ODD_SCALES), a1);
      sums = q.reinterpretAsInts();
      b0 = even(sums).fma(load(scales, sb), b0);
      b1 = odd(sums).fma(load(scales, sb + ODD_SCALES), b1);
      sa += SCALE_BYTES;
      sb += SCALE_BYTES;
    }
    a0.intoArray(lanes, 0);
    a1.intoArray(lanes, Lanes.STRIDE);
    b0.intoArray(lanes, 2 * Lanes.STRIDE);
    b1.intoArray(lanes, 3 * Lanes.STRIDE);
  }
}
