package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.BYTES_OF_FLOATS;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/**
 * Q8_0 at 512 and 256 bits: bytes are widened to floats, a block's products are added up unscaled,
 * and the block's scale goes in with the addition to the row's sum.
 */
final class Q8_0Simd implements EightTokens, FourRows {
  static final int BLOCK_WEIGHTS = 32;
  static final int BLOCK_BYTES = 34;
  static final int X_BLOCK_BYTES = BLOCK_WEIGHTS * Float.BYTES;

  /** A vector of weights without their scale. */
  static FloatVector quants(MemorySegment base, long o) {
    return (FloatVector)
        ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, o, LITTLE_ENDIAN).castShape(FLOAT, 0);
  }

  @Override
  public boolean takesEight() {
    return LANES == 16;
  }

  @Override
  public boolean takesFourRows() {
    return LANES == 16;
  }

  @Override
  public void fourRowsTwoTokens(
      MemorySegment base,
      long o,
      long far,
      MemorySegment xb,
      long x0,
      long x1,
      int columns,
      float[] lanes) {
    Q8_0FourRows.twoTokens(base, o, far, xb, x0, x1, columns, lanes);
  }

  @Override
  public void fourRowsFourTokens(
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
    Q8_0FourRows.fourTokens(base, o, far, xb, x0, x1, x2, x3, columns, lanes);
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
      FloatVector scale = Lanes.f16(base, o);
      for (int j = 0; j < BLOCK_WEIGHTS; j += LANES) {
        quants(base, o + 2 + j).mul(scale).intoArray(target, targetOffset + i + j);
      }
    }
  }

  @Override
  public void fourRows(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes) {
    if (LANES == 16) {
      fourRows512(base, o, far, xb, xo, columns, lanes);
    } else {
      twoRows256(base, o, far, xb, xo, columns, lanes, 0);
      twoRows256(base, o + 2 * far, far, xb, xo, columns, lanes, 2 * Lanes.STRIDE);
    }
  }

  private static void fourRows512(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes) {
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
    xo &= FastMemory.ADDRESS;
    int blocks = columns / BLOCK_WEIGHTS;
    FloatVector a = FloatVector.zero(FLOAT);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int i = 0; i < blocks; i++) {
      long p = o + i * (long) BLOCK_BYTES;
      long xp = xo + i * (long) X_BLOCK_BYTES;
      FloatVector x0 = load(xb, xp);
      FloatVector x1 = load(xb, xp + 64);
      a = quants(base, p + 18).fma(x1, quants(base, p + 2).mul(x0)).fma(Lanes.scale(base, p), a);
      p += far;
      b = quants(base, p + 18).fma(x1, quants(base, p + 2).mul(x0)).fma(Lanes.scale(base, p), b);
      p += far;
      c = quants(base, p + 18).fma(x1, quants(base, p + 2).mul(x0)).fma(Lanes.scale(base, p), c);
      p += far;
      d = quants(base, p + 18).fma(x1, quants(base, p + 2).mul(x0)).fma(Lanes.scale(base, p), d);
    }
    a.intoArray(lanes, 0);
    b.intoArray(lanes, Lanes.STRIDE);
    c.intoArray(lanes, 2 * Lanes.STRIDE);
    d.intoArray(lanes, 3 * Lanes.STRIDE);
  }

  private static void twoRows256(
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
      FloatVector x = load(xb, xo);
      FloatVector p = quants(base, o + 2).mul(x);
      FloatVector q = quants(base, o + far + 2).mul(x);
      x = load(xb, xo + 32);
      p = quants(base, o + 10).fma(x, p);
      q = quants(base, o + far + 10).fma(x, q);
      x = load(xb, xo + 64);
      p = quants(base, o + 18).fma(x, p);
      q = quants(base, o + far + 18).fma(x, q);
      x = load(xb, xo + 96);
      p = quants(base, o + 26).fma(x, p);
      q = quants(base, o + far + 26).fma(x, q);
      a = p.fma(Lanes.f16(base, o), a);
      b = q.fma(Lanes.f16(base, o + far), b);
      o += BLOCK_BYTES;
      xo += X_BLOCK_BYTES;
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
    o &= FastMemory.ADDRESS;
    far &= FastMemory.ADDRESS;
    x0 &= FastMemory.ADDRESS;
    x1 &= FastMemory.ADDRESS;
    x2 &= FastMemory.ADDRESS;
    x3 &= FastMemory.ADDRESS;
    int blocks = columns / BLOCK_WEIGHTS;
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    for (int i = 0; i < blocks; i++) {
      long p0 = o + i * (long) BLOCK_BYTES;
      long p1 = p0 + far;
      FloatVector scale = Lanes.f16(base, p0);
      FloatVector farScale = Lanes.f16(base, p1);
      for (int j = 0; j < BLOCK_WEIGHTS; j += LANES) {
        long xp = i * (long) X_BLOCK_BYTES + j * Float.BYTES;
        FloatVector w = quants(base, p0 + 2 + j).mul(scale);
        FloatVector v = quants(base, p1 + 2 + j).mul(farScale);
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

  @Override
  public void twoTokens(
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
    for (int i = 0; i < blocks; i++) {
      long p0 = o + i * (long) BLOCK_BYTES;
      long p1 = p0 + far;
      FloatVector scale = Lanes.f16(base, p0);
      FloatVector farScale = Lanes.f16(base, p1);
      for (int j = 0; j < BLOCK_WEIGHTS; j += LANES) {
        long xp = i * (long) X_BLOCK_BYTES + j * Float.BYTES;
        FloatVector w = quants(base, p0 + 2 + j).mul(scale);
        FloatVector v = quants(base, p1 + 2 + j).mul(farScale);
        FloatVector x = load(xb, x0 + xp);
        a0 = w.fma(x, a0);
        b0 = v.fma(x, b0);
        x = load(xb, x1 + xp);
        a1 = w.fma(x, a1);
        b1 = v.fma(x, b1);
      }
    }
    a0.intoArray(lanes, 0);
    a1.intoArray(lanes, Lanes.STRIDE);
    b0.intoArray(lanes, 4 * Lanes.STRIDE);
    b1.intoArray(lanes, 5 * Lanes.STRIDE);
  }

  @Override
  public void eightTokens(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes) {
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    o &= FastMemory.ADDRESS;
    far &= FastMemory.ADDRESS;
    xo &= FastMemory.ADDRESS;
    int halves = columns / LANES;
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector a6 = a0;
    FloatVector a7 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector b4 = a0;
    FloatVector b5 = a0;
    FloatVector b6 = a0;
    FloatVector b7 = a0;
    for (int i = 0; i < halves; i++) { // of blocks: fewer loads in flight at once than with both
      long p0 = o + (i >> 1) * (long) BLOCK_BYTES;
      long p1 = p0 + far;
      int j = 2 + (i & 1) * LANES;
      long xp = xo + i * (long) (TOKENS * LANES * Float.BYTES);
      FloatVector w = quants(base, p0 + j).mul(Lanes.scale(base, p0));
      FloatVector v = quants(base, p1 + j).mul(Lanes.scale(base, p1));
      FloatVector x = load(xb, xp);
      a0 = w.fma(x, a0);
      b0 = v.fma(x, b0);
      x = load(xb, xp + 64);
      a1 = w.fma(x, a1);
      b1 = v.fma(x, b1);
      x = load(xb, xp + 128);
      a2 = w.fma(x, a2);
      b2 = v.fma(x, b2);
      x = load(xb, xp + 192);
      a3 = w.fma(x, a3);
      b3 = v.fma(x, b3);
      x = load(xb, xp + 256);
      a4 = w.fma(x, a4);
      b4 = v.fma(x, b4);
      x = load(xb, xp + 320);
      a5 = w.fma(x, a5);
      b5 = v.fma(x, b5);
      x = load(xb, xp + 384);
      a6 = w.fma(x, a6);
      b6 = v.fma(x, b6);
      x = load(xb, xp + 448);
      a7 = w.fma(x, a7);
      b7 = v.fma(x, b7);
    }
    a0.intoArray(lanes, 0);
    a1.intoArray(lanes, Lanes.STRIDE);
    a2.intoArray(lanes, 2 * Lanes.STRIDE);
    a3.intoArray(lanes, 3 * Lanes.STRIDE);
    a4.intoArray(lanes, 4 * Lanes.STRIDE);
    a5.intoArray(lanes, 5 * Lanes.STRIDE);
    a6.intoArray(lanes, 6 * Lanes.STRIDE);
    a7.intoArray(lanes, 7 * Lanes.STRIDE);
    b0.intoArray(lanes, 8 * Lanes.STRIDE);
    b1.intoArray(lanes, 9 * Lanes.STRIDE);
    b2.intoArray(lanes, 10 * Lanes.STRIDE);
    b3.intoArray(lanes, 11 * Lanes.STRIDE);
    b4.intoArray(lanes, 12 * Lanes.STRIDE);
    b5.intoArray(lanes, 13 * Lanes.STRIDE);
    b6.intoArray(lanes, 14 * Lanes.STRIDE);
    b7.intoArray(lanes, 15 * Lanes.STRIDE);
  }
}
