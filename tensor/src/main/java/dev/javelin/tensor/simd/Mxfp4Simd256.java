package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.BYTES_OF_FLOATS;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * MXFP4 at 256 bits. A vector has 8 lanes, a table of 16 would not fit: the three lower bits of a
 * nibble choose one of eight scaled magnitudes (permutations look at three bits alone), the fourth
 * bit is moved to the sign.
 */
final class Mxfp4Simd256 implements RowKernel {
  private static final int BLOCK_WEIGHTS = 32;
  private static final int BLOCK_BYTES = 17;
  private static final int VECTOR_BYTES = LANES * Float.BYTES;
  private static final int X_BLOCK_BYTES = BLOCK_WEIGHTS * Float.BYTES;
  private static final int HALF_X_BYTES = X_BLOCK_BYTES / 2;
  private static final int SIGN = 0x80000000;

  /** The eight positive values of a block, from the tables of {@link Mxfp4Tables}. */
  private static IntVector table(MemorySegment base, long o) {
    return IntVector.fromMemorySegment(
        INT, Mxfp4Tables.BASE, Mxfp4Tables.offset(base, o), LITTLE_ENDIAN);
  }

  private static FloatVector low(IntVector nibbles, IntVector table) {
    return nibbles.selectFrom(table).or(nibbles.lanewise(LSHL, 28).and(SIGN)).reinterpretAsFloats();
  }

  private static FloatVector high(IntVector nibbles, IntVector table) {
    return nibbles
        .lanewise(LSHR, 4)
        .selectFrom(table)
        .or(nibbles.lanewise(LSHL, 24).and(SIGN))
        .reinterpretAsFloats();
  }

  /** Eight bytes: weights j to j + 7 in the low nibbles, j + 16 to j + 23 in the high ones. */
  private static IntVector nibbles(MemorySegment base, long o) {
    return (IntVector)
        ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, o, LITTLE_ENDIAN)
            .convertShape(ZERO_EXTEND_B2I, INT, 0);
  }

  @Override
  public int step() {
    return BLOCK_WEIGHTS;
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
    for (int i = 0; i < count; i += BLOCK_WEIGHTS, o += BLOCK_BYTES) {
      IntVector scale = table(base, o);
      for (int j = 0; j < BLOCK_WEIGHTS / 2; j += LANES) {
        IntVector q = nibbles(base, o + 1 + j);
        low(q, scale).intoArray(target, targetOffset + i + j);
        high(q, scale).intoArray(target, targetOffset + i + j + BLOCK_WEIGHTS / 2);
      }
    }
  }

  @Override
  public void fourRows(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes) {
    twoRows(base, o, far, xb, xo, columns, lanes, 0);
    twoRows(base, o + 2 * far, far, xb, xo, columns, lanes, 2 * Lanes.STRIDE);
  }

  private static void twoRows(
      MemorySegment base,
      long o,
      long far,
      MemorySegment xb,
      long xo,
      int columns,
      float[] lanes,
      int lane) {
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
    for (int i = 0; i < columns; i += BLOCK_WEIGHTS) {
      IntVector t = table(base, o);
      IntVector u = table(base, o + far);
      for (int j = 0; j < BLOCK_WEIGHTS / 2; j += LANES) {
        IntVector q = nibbles(base, o + 1 + j);
        IntVector p = nibbles(base, o + far + 1 + j);
        FloatVector x = load(xb, xo);
        a = low(q, t).fma(x, a);
        b = low(p, u).fma(x, b);
        x = load(xb, xo + HALF_X_BYTES);
        a = high(q, t).fma(x, a);
        b = high(p, u).fma(x, b);
        xo += VECTOR_BYTES;
      }
      o += BLOCK_BYTES;
      xo += HALF_X_BYTES;
    }
    a.intoArray(lanes, lane);
    b.intoArray(lanes, lane + Lanes.STRIDE);
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
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    for (int i = 0; i < columns; i += BLOCK_WEIGHTS) {
      IntVector scale = table(base, o);
      IntVector farScale = table(base, o + far);
      for (int j = 0; j < BLOCK_WEIGHTS / 2; j += LANES) {
        IntVector q = nibbles(base, o + 1 + j);
        IntVector p = nibbles(base, o + far + 1 + j);
        for (int half = 0; half < 2; half++) {
          FloatVector w = low(q, scale);
          FloatVector v = low(p, farScale);
          FloatVector x = load(xb, x0);
          a0 = w.fma(x, a0);
          b0 = v.fma(x, b0);
          x = load(xb, x1);
          a1 = w.fma(x, a1);
          b1 = v.fma(x, b1);
          x = load(xb, x2);
          a2 = w.fma(x, a2);
          b2 = v.fma(x, b2);
          x = load(xb, x3);
          a3 = w.fma(x, a3);
          b3 = v.fma(x, b3);
          q = q.lanewise(LSHR, 4);
          p = p.lanewise(LSHR, 4);
          x0 += HALF_X_BYTES;
          x1 += HALF_X_BYTES;
          x2 += HALF_X_BYTES;
          x3 += HALF_X_BYTES;
        }
        x0 += VECTOR_BYTES - X_BLOCK_BYTES;
        x1 += VECTOR_BYTES - X_BLOCK_BYTES;
        x2 += VECTOR_BYTES - X_BLOCK_BYTES;
        x3 += VECTOR_BYTES - X_BLOCK_BYTES;
      }
      o += BLOCK_BYTES;
      x0 += HALF_X_BYTES;
      x1 += HALF_X_BYTES;
      x2 += HALF_X_BYTES;
      x3 += HALF_X_BYTES;
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
