package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Q8_0Simd.BLOCK_BYTES;
import static dev.javelin.tensor.simd.Q8_0Simd.BLOCK_WEIGHTS;
import static dev.javelin.tensor.simd.Q8_0Simd.X_BLOCK_BYTES;
import static dev.javelin.tensor.simd.Q8_0Simd.quants;
import static dev.javelin.tensor.simd.Species.BYTES_OF_FLOATS;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/**
 * Q8_0 at 512 bits, four rows of weights at once for two and four tokens: with four rows on their
 * way from memory less time is lost waiting for it than with two.
 */
final class Q8_0FourRows {
  private static final int VECTOR_BYTES = LANES * Float.BYTES;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private Q8_0FourRows() {}

  /** {@link FourRows#fourRowsTwoTokens}. */
  static void twoTokens(
      MemorySegment base,
      long o,
      long far,
      MemorySegment xb,
      long x0,
      long x1,
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
    int blocks = columns / BLOCK_WEIGHTS;
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    for (int i = 0; i < blocks; i++) {
      long p = o + i * (long) BLOCK_BYTES;
      long xp = i * (long) X_BLOCK_BYTES;
      FloatVector v0 = FloatVector.fromMemorySegment(FLOAT, xb, x0 + xp, LITTLE_ENDIAN);
      FloatVector u0 =
          FloatVector.fromMemorySegment(FLOAT, xb, x0 + xp + VECTOR_BYTES, LITTLE_ENDIAN);
      FloatVector v1 = FloatVector.fromMemorySegment(FLOAT, xb, x1 + xp, LITTLE_ENDIAN);
      FloatVector u1 =
          FloatVector.fromMemorySegment(FLOAT, xb, x1 + xp + VECTOR_BYTES, LITTLE_ENDIAN);
      ByteVector q = ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, p + 2, LITTLE_ENDIAN);
      FloatVector w = (FloatVector) q.castShape(FLOAT, 0);
      q = ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, p + 18, LITTLE_ENDIAN);
      FloatVector z = (FloatVector) q.castShape(FLOAT, 0);
      FloatVector scale = FloatVector.broadcast(FLOAT, Float.float16ToFloat(base.get(SHORT, p)));
      a0 = z.fma(u0, w.mul(v0)).fma(scale, a0);
      a1 = z.fma(u1, w.mul(v1)).fma(scale, a1);
      p += far;
      q = ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, p + 2, LITTLE_ENDIAN);
      w = (FloatVector) q.castShape(FLOAT, 0);
      q = ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, p + 18, LITTLE_ENDIAN);
      z = (FloatVector) q.castShape(FLOAT, 0);
      scale = FloatVector.broadcast(FLOAT, Float.float16ToFloat(base.get(SHORT, p)));
      b0 = z.fma(u0, w.mul(v0)).fma(scale, b0);
      b1 = z.fma(u1, w.mul(v1)).fma(scale, b1);
      p += far;
      q = ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, p + 2, LITTLE_ENDIAN);
      w = (FloatVector) q.castShape(FLOAT, 0);
      q = ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, p + 18, LITTLE_ENDIAN);
      z = (FloatVector) q.castShape(FLOAT, 0);
      scale = FloatVector.broadcast(FLOAT, Float.float16ToFloat(base.get(SHORT, p)));
      c0 = z.fma(u0, w.mul(v0)).fma(scale, c0);
      c1 = z.fma(u1, w.mul(v1)).fma(scale, c1);
      p += far;
      q = ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, p + 2, LITTLE_ENDIAN);
      w = (FloatVector) q.castShape(FLOAT, 0);
      q = ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, p + 18, LITTLE_ENDIAN);
      z = (FloatVector) q.castShape(FLOAT, 0);
      scale = FloatVector.broadcast(FLOAT, Float.float16ToFloat(base.get(SHORT, p)));
      d0 = z.fma(u0, w.mul(v0)).fma(scale, d0);
      d1 = z.fma(u1, w.mul(v1)).fma(scale, d1);
    }
    a0.intoArray(lanes, 0);
    a1.intoArray(lanes, Lanes.STRIDE);
    b0.intoArray(lanes, 4 * Lanes.STRIDE);
    b1.intoArray(lanes, 5 * Lanes.STRIDE);
    c0.intoArray(lanes, 8 * Lanes.STRIDE);
    c1.intoArray(lanes, 9 * Lanes.STRIDE);
    d0.intoArray(lanes, 12 * Lanes.STRIDE);
    d1.intoArray(lanes, 13 * Lanes.STRIDE);
  }

  /** {@link FourRows#fourRowsFourTokens}. */
  static void fourTokens(
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
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    o &= FastMemory.ADDRESS;
    far &= FastMemory.ADDRESS;
    x0 &= FastMemory.ADDRESS;
    x1 &= FastMemory.ADDRESS;
    x2 &= FastMemory.ADDRESS;
    x3 &= FastMemory.ADDRESS;
    int halves = columns / LANES;
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector c2 = a0;
    FloatVector c3 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    FloatVector d2 = a0;
    FloatVector d3 = a0;
    for (int i = 0; i < halves; i++) {
      long p = o + (i >> 1) * (long) BLOCK_BYTES;
      int j = 2 + (i & 1) * LANES;
      long xp = i * (long) (LANES * Float.BYTES);
      FloatVector v0 = load(xb, x0 + xp);
      FloatVector v1 = load(xb, x1 + xp);
      FloatVector v2 = load(xb, x2 + xp);
      FloatVector v3 = load(xb, x3 + xp);
      FloatVector w = quants(base, p + j).mul(Lanes.f16(base, p));
      a0 = w.fma(v0, a0);
      a1 = w.fma(v1, a1);
      a2 = w.fma(v2, a2);
      a3 = w.fma(v3, a3);
      p += far;
      w = quants(base, p + j).mul(Lanes.f16(base, p));
      b0 = w.fma(v0, b0);
      b1 = w.fma(v1, b1);
      b2 = w.fma(v2, b2);
      b3 = w.fma(v3, b3);
      p += far;
      w = quants(base, p + j).mul(Lanes.f16(base, p));
      c0 = w.fma(v0, c0);
      c1 = w.fma(v1, c1);
      c2 = w.fma(v2, c2);
      c3 = w.fma(v3, c3);
      p += far;
      w = quants(base, p + j).mul(Lanes.f16(base, p));
      d0 = w.fma(v0, d0);
      d1 = w.fma(v1, d1);
      d2 = w.fma(v2, d2);
      d3 = w.fma(v3, d3);
    }
    a0.intoArray(lanes, 0);
    a1.intoArray(lanes, Lanes.STRIDE);
    a2.intoArray(lanes, 2 * Lanes.STRIDE);
    a3.intoArray(lanes, 3 * Lanes.STRIDE);
    b0.intoArray(lanes, 4 * Lanes.STRIDE);
    b1.intoArray(lanes, 5 * Lanes.STRIDE);
    b2.intoArray(lanes, 6 * Lanes.STRIDE);
    b3.intoArray(lanes, 7 * Lanes.STRIDE);
    c0.intoArray(lanes, 8 * Lanes.STRIDE);
    c1.intoArray(lanes, 9 * Lanes.STRIDE);
    c2.intoArray(lanes, 10 * Lanes.STRIDE);
    c3.intoArray(lanes, 11 * Lanes.STRIDE);
    d0.intoArray(lanes, 12 * Lanes.STRIDE);
    d1.intoArray(lanes, 13 * Lanes.STRIDE);
    d2.intoArray(lanes, 14 * Lanes.STRIDE);
    d3.intoArray(lanes, 15 * Lanes.STRIDE);
  }
}
