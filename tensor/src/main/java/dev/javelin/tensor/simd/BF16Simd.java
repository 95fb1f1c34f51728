package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static dev.javelin.tensor.simd.Species.SHORTS_OF_FLOATS;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** BF16 at every width: zero-extended and shifted to the upper half of an f32. */
final class BF16Simd implements RowKernel {
  private static final int STEP = 2 * LANES;
  private static final int VECTOR_BYTES = LANES * Float.BYTES;
  private static final int WEIGHTS_BYTES = LANES * 2;

  // Two methods, because C2 is sure to inline those of at most 35 bytes of bytecode.
  private static FloatVector weights(MemorySegment base, long o) {
    return bits(base, o).lanewise(LSHL, 16).reinterpretAsFloats();
  }

  private static IntVector bits(MemorySegment base, long o) {
    return (IntVector)
        ShortVector.fromMemorySegment(SHORTS_OF_FLOATS, base, o, LITTLE_ENDIAN)
            .convertShape(ZERO_EXTEND_S2I, INT, 0);
  }

  @Override
  public int step() {
    return STEP;
  }

  @Override
  public void decode(MemorySegment base, long o, float[] target, int targetOffset, int count) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    for (int i = 0; i < count; i += LANES, o += WEIGHTS_BYTES) {
      weights(base, o).intoArray(target, targetOffset + i);
    }
  }

  @Override
  public void fourRows(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    FloatVector a = FloatVector.zero(FLOAT);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int i = 0; i < columns; i += LANES) {
      FloatVector x = load(xb, xo);
      a = weights(base, o).fma(x, a);
      b = weights(base, o + far).fma(x, b);
      c = weights(base, o + 2 * far).fma(x, c);
      d = weights(base, o + 3 * far).fma(x, d);
      o += WEIGHTS_BYTES;
      xo += VECTOR_BYTES;
    }
    a.intoArray(lanes, 0);
    b.intoArray(lanes, Lanes.STRIDE);
    c.intoArray(lanes, 2 * Lanes.STRIDE);
    d.intoArray(lanes, 3 * Lanes.STRIDE);
  }

  @Override
  public void fourTokens(
      MemorySegment base,
      long o,
      long far,
      MemorySegment xb,
      long x0,
      long x1,
      long x2,
      long x3,
      int columns,
      float[] lanes) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    o &= FastMemory.ADDRESS;
    far &= FastMemory.ADDRESS;
    x0 &= FastMemory.ADDRESS;
    x1 &= FastMemory.ADDRESS;
    x2 &= FastMemory.ADDRESS;
    x3 &= FastMemory.ADDRESS;
    int steps = columns / STEP;
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    for (int i = 0; i < steps; i++) {
      long p = o + i * (long) (2 * WEIGHTS_BYTES);
      for (int half = 0; half < 2; half++) {
        long xp = i * (long) (2 * VECTOR_BYTES) + half * VECTOR_BYTES;
        FloatVector w = weights(base, p + half * WEIGHTS_BYTES);
        FloatVector v = weights(base, p + far + half * WEIGHTS_BYTES);
        FloatVector x = load(xb, x0 + xp);
        a0 = w.fma(x, a0);
        b0 = v.fma(x, b0);
        x = load(xb, x1 + xp);
        a1 = w.fma(x, a1);
        b1 = v.fma(x, b1);
        x = load(xb, x2 + xp);
        a2 = w.fma(x, a2);
        b2 = v.fma(x, b2);
        x = load(xb, x3 + xp);
        a3 = w.fma(x, a3);
        b3 = v.fma(x, b3);
      }
    }
    a0.intoArray(lanes, 0);
    a1.intoArray(lanes, Lanes.STRIDE);
    a2.intoArray(lanes, 2 * Lanes.STRIDE);
    a3.intoArray(lanes, 3 * Lanes.STRIDE);
    b0.intoArray(lanes, 4 * Lanes.STRIDE);
    b1.intoArray(lanes, 5 * Lanes.STRIDE);
    b2.intoArray(lanes, 6 * Lanes.STRIDE);
    b3.intoArray(lanes, 7 * Lanes.STRIDE);
  }
}
