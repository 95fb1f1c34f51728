package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Lanes.quarter;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Q8_0 at 128 bits: 16 bytes are read as 4 ints, and two shifts bring byte j of each int down with
 * its sign. Activations are put into the same order once for all rows.
 */
final class Q8_0Simd128 implements RowKernel {
  private static final int BLOCK_WEIGHTS = 32;
  private static final int BLOCK_BYTES = 34;
  private static final int X_BLOCK_BYTES = BLOCK_WEIGHTS * Float.BYTES;
  private static final int X_HALF_BYTES = X_BLOCK_BYTES / 2;
  private static final int VECTOR_BYTES = 4 * Float.BYTES;

  private static IntVector low(MemorySegment base, long o) {
    return bytes(base, o + 2).reinterpretAsInts();
  }

  private static IntVector high(MemorySegment base, long o) {
    return bytes(base, o + 18).reinterpretAsInts();
  }

  private static ByteVector bytes(MemorySegment base, long o) {
    return ByteVector.fromMemorySegment(ByteVector.SPECIES_128, base, o, LITTLE_ENDIAN);
  }

  @Override
  public int step() {
    return BLOCK_WEIGHTS;
  }

  @Override
  public Order order() {
    return Order.EVERY_FOURTH;
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
    for (int i = targetOffset; i < targetOffset + count; i += BLOCK_WEIGHTS, o += BLOCK_BYTES) {
      FloatVector scale = Lanes.f16(base, o);
      IntVector q = low(base, o);
      IntVector p = high(base, o);
      for (int j = 0; j < 4; j++) {
        quarter(q, j).mul(scale).intoArray(target, i + 4 * j);
        quarter(p, j).mul(scale).intoArray(target, i + 4 * j + BLOCK_WEIGHTS / 2);
      }
    }
  }

  @Override
  public void fourRows(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes) {
    oneRow(base, o, xb, xo, columns, lanes, 0);
    oneRow(base, o + far, xb, xo, columns, lanes, Lanes.STRIDE);
    oneRow(base, o + 2 * far, xb, xo, columns, lanes, 2 * Lanes.STRIDE);
    oneRow(base, o + 3 * far, xb, xo, columns, lanes, 3 * Lanes.STRIDE);
  }

  private static void oneRow(
      MemorySegment base, long o, MemorySegment xb, long xo, int columns, float[] lanes, int lane) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    FloatVector sum = FloatVector.zero(FLOAT);
    for (int i = 0; i < columns; i += BLOCK_WEIGHTS) {
      IntVector q = low(base, o);
      IntVector p = high(base, o);
      FloatVector s = FloatVector.zero(FLOAT);
      for (int half = 0; half < 2; half++) {
        s = quarter(q, 0).fma(load(xb, xo), s);
        s = quarter(q, 1).fma(load(xb, xo + VECTOR_BYTES), s);
        s = quarter(q, 2).fma(load(xb, xo + 2 * VECTOR_BYTES), s);
        s = quarter(q, 3).fma(load(xb, xo + 3 * VECTOR_BYTES), s);
        q = p;
        xo += X_HALF_BYTES;
      }
      sum = s.fma(Lanes.f16(base, o), sum);
      o += BLOCK_BYTES;
    }
    sum.intoArray(lanes, lane);
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
    oneRow(base, o, xb, x0, x1, x2, x3, columns, lanes, 0);
    oneRow(base, o + far, xb, x0, x1, x2, x3, columns, lanes, 4 * Lanes.STRIDE);
  }

  private static void oneRow(
      MemorySegment base,
      long o,
      MemorySegment xb,
      long x0,
      long x1,
      long x2,
      long x3,
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
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    for (int i = 0; i < columns; i += BLOCK_WEIGHTS) {
      FloatVector scale = Lanes.f16(base, o);
      IntVector q = low(base, o);
      for (int half = 0; half < 2; half++) {
        for (int j = 0; j < 4; j++) {
          FloatVector w = quarter(q, j).mul(scale);
          a0 = w.fma(load(xb, x0), a0);
          a1 = w.fma(load(xb, x1), a1);
          a2 = w.fma(load(xb, x2), a2);
          a3 = w.fma(load(xb, x3), a3);
          x0 += VECTOR_BYTES;
          x1 += VECTOR_BYTES;
          x2 += VECTOR_BYTES;
          x3 += VECTOR_BYTES;
        }
        q = high(base, o);
      }
      o += BLOCK_BYTES;
    }
    a0.intoArray(lanes, lane);
    a1.intoArray(lanes, lane + Lanes.STRIDE);
    a2.intoArray(lanes, lane + 2 * Lanes.STRIDE);
    a3.intoArray(lanes, lane + 3 * Lanes.STRIDE);
  }
}
