package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * MXFP4 at 512 bits: {@link Mxfp4Tables} has the 16 values for each exponent, already scaled, so
 * that one permutation by the nibbles gives the weights.
 *
 * <p>The permutation looks at the lowest four bits of each lane alone, so low nibbles need no mask.
 */
final class Mxfp4Simd512 implements EightTokens {
  private static final int BLOCK_WEIGHTS = 32;
  private static final int BLOCK_BYTES = 17;
  private static final int X_BLOCK_BYTES = BLOCK_WEIGHTS * Float.BYTES;

  private static IntVector nibbles(MemorySegment base, long o) {
    return (IntVector)
        ByteVector.fromMemorySegment(ByteVector.SPECIES_128, base, o + 1, LITTLE_ENDIAN)
            .convertShape(ZERO_EXTEND_B2I, INT, 0);
  }

  private static IntVector table(MemorySegment base, long o) {
    return IntVector.fromMemorySegment(
        INT, Mxfp4Tables.BASE, Mxfp4Tables.offset(base, o), LITTLE_ENDIAN);
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
      IntVector q = nibbles(base, o);
      IntVector t = table(base, o);
      q.selectFrom(t).reinterpretAsFloats().intoArray(target, targetOffset + i);
      q.lanewise(LSHR, 4)
          .selectFrom(t)
          .reinterpretAsFloats()
          .intoArray(target, targetOffset + i + LANES);
    }
  }

  @Override
  public void fourRows(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes) {
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    o &= FastMemory.ADDRESS;
    far &= FastMemory.ADDRESS;
    xo &= FastMemory.ADDRESS;
    int blocks = columns / BLOCK_WEIGHTS;
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector b0 = a0;
    FloatVector c0 = a0;
    FloatVector d0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector c1 = a0;
    FloatVector d1 = a0;
    for (int i = 0; i < blocks; i++) {
      long p = o + i * (long) BLOCK_BYTES;
      long xp = xo + i * (long) X_BLOCK_BYTES;
      FloatVector x0 = load(xb, xp);
      FloatVector x1 = load(xb, xp + 64);
      IntVector q = nibbles(base, p);
      IntVector t = table(base, p);
      a0 = q.selectFrom(t).reinterpretAsFloats().fma(x0, a0);
      a1 = q.lanewise(LSHR, 4).selectFrom(t).reinterpretAsFloats().fma(x1, a1);
      q = nibbles(base, p + far);
      t = table(base, p + far);
      b0 = q.selectFrom(t).reinterpretAsFloats().fma(x0, b0);
      b1 = q.lanewise(LSHR, 4).selectFrom(t).reinterpretAsFloats().fma(x1, b1);
      q = nibbles(base, p + 2 * far);
      t = table(base, p + 2 * far);
      c0 = q.selectFrom(t).reinterpretAsFloats().fma(x0, c0);
      c1 = q.lanewise(LSHR, 4).selectFrom(t).reinterpretAsFloats().fma(x1, c1);
      q = nibbles(base, p + 3 * far);
      t = table(base, p + 3 * far);
      d0 = q.selectFrom(t).reinterpretAsFloats().fma(x0, d0);
      d1 = q.lanewise(LSHR, 4).selectFrom(t).reinterpretAsFloats().fma(x1, d1);
    }
    a0.add(a1).intoArray(lanes, 0);
    b0.add(b1).intoArray(lanes, Lanes.STRIDE);
    c0.add(c1).intoArray(lanes, 2 * Lanes.STRIDE);
    d0.add(d1).intoArray(lanes, 3 * Lanes.STRIDE);
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
      long p = o + i * (long) BLOCK_BYTES;
      long xp = i * (long) X_BLOCK_BYTES;
      IntVector q = nibbles(base, p);
      IntVector t = table(base, p);
      FloatVector w = q.selectFrom(t).reinterpretAsFloats();
      FloatVector wh = q.lanewise(LSHR, 4).selectFrom(t).reinterpretAsFloats();
      q = nibbles(base, p + far);
      t = table(base, p + far);
      FloatVector v = q.selectFrom(t).reinterpretAsFloats();
      FloatVector vh = q.lanewise(LSHR, 4).selectFrom(t).reinterpretAsFloats();
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
      x = load(xb, x0 + xp + 64);
      a0 = wh.fma(x, a0);
      b0 = vh.fma(x, b0);
      x = load(xb, x1 + xp + 64);
      a1 = wh.fma(x, a1);
      b1 = vh.fma(x, b1);
      x = load(xb, x2 + xp + 64);
      a2 = wh.fma(x, a2);
      b2 = vh.fma(x, b2);
      x = load(xb, x3 + xp + 64);
      a3 = wh.fma(x, a3);
      b3 = vh.fma(x, b3);
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
      long p = o + i * (long) BLOCK_BYTES;
      long xp = i * (long) X_BLOCK_BYTES;
      FloatVector x00 = load(xb, x0 + xp);
      FloatVector x01 = load(xb, x0 + xp + 64);
      FloatVector x10 = load(xb, x1 + xp);
      FloatVector x11 = load(xb, x1 + xp + 64);
      IntVector q = nibbles(base, p);
      IntVector t = table(base, p);
      FloatVector w = q.selectFrom(t).reinterpretAsFloats();
      a0 = w.fma(x00, a0);
      a1 = w.fma(x10, a1);
      w = q.lanewise(LSHR, 4).selectFrom(t).reinterpretAsFloats();
      a0 = w.fma(x01, a0);
      a1 = w.fma(x11, a1);
      q = nibbles(base, p + far);
      t = table(base, p + far);
      w = q.selectFrom(t).reinterpretAsFloats();
      b0 = w.fma(x00, b0);
      b1 = w.fma(x10, b1);
      w = q.lanewise(LSHR, 4).selectFrom(t).reinterpretAsFloats();
      b0 = w.fma(x01, b0);
      b1 = w.fma(x11, b1);
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
    int blocks = columns / BLOCK_WEIGHTS;
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
    for (int i = 0; i < blocks; i++) {
      long p0 = o + i * (long) BLOCK_BYTES;
      long p1 = p0 + far;
      IntVector q = nibbles(base, p0);
      IntVector p = nibbles(base, p1);
      IntVector t = table(base, p0);
      IntVector u = table(base, p1);
      for (int half = 0; half < 2; half++) {
        long xp = xo + i * (long) (8 * X_BLOCK_BYTES) + half * (8 * LANES * Float.BYTES);
        FloatVector w = q.selectFrom(t).reinterpretAsFloats();
        FloatVector v = p.selectFrom(u).reinterpretAsFloats();
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
        q = q.lanewise(LSHR, 4);
        p = p.lanewise(LSHR, 4);
      }
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
