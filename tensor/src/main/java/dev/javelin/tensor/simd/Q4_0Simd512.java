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
 * Q4_0 at 512 bits, in two forms. Where many tokens keep the multiply-add units busy, one
 * permutation of the 16 values -8 to 7 by the nibbles gives floats. With one and two tokens the
 * units that permute are what there is least of: nibbles are set into the mantissa of a power of
 * two, from which that power and 8 are subtracted. The power is 2^23 for low nibbles and 2^19 for
 * high ones, whose bits count sixteenfold.
 */
final class Q4_0Simd512 implements EightTokens {
  private static final int BLOCK_WEIGHTS = 32;
  private static final int BLOCK_BYTES = 18;
  private static final int VECTOR_BYTES = LANES * Float.BYTES;
  private static final int X_BLOCK_BYTES = BLOCK_WEIGHTS * Float.BYTES;
  private static final float[] VALUES = {-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7};

  private static final int LOW_MASK = 0x0F;
  private static final int HIGH_MASK = 0xF0;
  private static final int LOW_MAGIC = Float.floatToRawIntBits(0x1p23f);
  private static final int HIGH_MAGIC = Float.floatToRawIntBits(0x1p19f);
  private static final float LOW_ZERO = 0x1p23f + 8;
  private static final float HIGH_ZERO = 0x1p19f + 8;

  private static IntVector table() {
    return FloatVector.fromArray(FLOAT, VALUES, 0).reinterpretAsInts();
  }

  /** The values times the scale of the block at {@code o}. */
  private static IntVector scaled(FloatVector values, MemorySegment base, long o) {
    return values.mul(Lanes.f16(base, o)).reinterpretAsInts();
  }

  private static IntVector nibbles(MemorySegment base, long o) {
    return (IntVector)
        ByteVector.fromMemorySegment(ByteVector.SPECIES_128, base, o + 2, LITTLE_ENDIAN)
            .convertShape(ZERO_EXTEND_B2I, INT, 0);
  }

  /** The nibbles under {@code mask}, less 8. */
  private static FloatVector number(
      IntVector nibbles, IntVector mask, IntVector magic, FloatVector zero) {
    return nibbles.and(mask).or(magic).reinterpretAsFloats().sub(zero);
  }

  private static FloatVector low(IntVector nibbles, IntVector table) {
    return nibbles.selectFrom(table).reinterpretAsFloats();
  }

  private static FloatVector high(IntVector nibbles, IntVector table) {
    return nibbles.lanewise(LSHR, 4).selectFrom(table).reinterpretAsFloats();
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
    IntVector t = table();
    for (int i = 0; i < count; i += BLOCK_WEIGHTS, o += BLOCK_BYTES) {
      FloatVector scale = Lanes.f16(base, o);
      IntVector q = nibbles(base, o);
      low(q, t).mul(scale).intoArray(target, targetOffset + i);
      high(q, t).mul(scale).intoArray(target, targetOffset + i + LANES);
    }
  }

  /** The second pair of rows is done by a second round of the inner loop, which C2 unrolls. */
  @Override
  public void fourRows(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes) {
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    o &= FastMemory.ADDRESS;
    far &= FastMemory.ADDRESS;
    xo &= FastMemory.ADDRESS;
    int blocks = columns / BLOCK_WEIGHTS;
    IntVector lowMask = IntVector.broadcast(INT, LOW_MASK);
    IntVector lowMagic = IntVector.broadcast(INT, LOW_MAGIC);
    FloatVector lowZero = FloatVector.broadcast(FLOAT, LOW_ZERO);
    IntVector highMask = IntVector.broadcast(INT, HIGH_MASK);
    IntVector highMagic = IntVector.broadcast(INT, HIGH_MAGIC);
    FloatVector highZero = FloatVector.broadcast(FLOAT, HIGH_ZERO);
    FloatVector a = FloatVector.zero(FLOAT);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int i = 0; i < blocks; i++) {
      long xp = xo + i * (long) X_BLOCK_BYTES;
      FloatVector x0 = load(xb, xp);
      FloatVector x1 = load(xb, xp + VECTOR_BYTES);
      for (int pair = 0; pair < 2; pair++) {
        long p = o + i * (long) BLOCK_BYTES + pair * 2 * far;
        IntVector q = nibbles(base, p);
        FloatVector sum = number(q, lowMask, lowMagic, lowZero).mul(x0);
        sum = number(q, highMask, highMagic, highZero).fma(x1, sum);
        FloatVector e = sum.fma(Lanes.scale(base, p), a);
        q = nibbles(base, p + far);
        sum = number(q, lowMask, lowMagic, lowZero).mul(x0);
        sum = number(q, highMask, highMagic, highZero).fma(x1, sum);
        FloatVector f = sum.fma(Lanes.scale(base, p + far), b);
        a = c;
        b = d;
        c = e;
        d = f;
      }
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
    int blocks = columns / BLOCK_WEIGHTS;
    FloatVector values = table().reinterpretAsFloats();
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
      IntVector q = nibbles(base, p0);
      IntVector p = nibbles(base, p1);
      IntVector t = scaled(values, base, p0);
      IntVector u = scaled(values, base, p1);
      for (int half = 0; half < 2; half++) {
        long xp = i * (long) X_BLOCK_BYTES + half * VECTOR_BYTES;
        FloatVector w = low(q, t);
        FloatVector v = low(p, u);
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
        q = q.lanewise(LSHR, 4);
        p = p.lanewise(LSHR, 4);
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
    IntVector lowMask = IntVector.broadcast(INT, LOW_MASK);
    IntVector lowMagic = IntVector.broadcast(INT, LOW_MAGIC);
    FloatVector lowZero = FloatVector.broadcast(FLOAT, LOW_ZERO);
    IntVector highMask = IntVector.broadcast(INT, HIGH_MASK);
    IntVector highMagic = IntVector.broadcast(INT, HIGH_MAGIC);
    FloatVector highZero = FloatVector.broadcast(FLOAT, HIGH_ZERO);
    for (int i = 0; i < blocks; i++) {
      long p = o + i * (long) BLOCK_BYTES;
      long xp = i * (long) X_BLOCK_BYTES;
      FloatVector x00 = load(xb, x0 + xp);
      FloatVector x01 = load(xb, x0 + xp + 64);
      FloatVector x10 = load(xb, x1 + xp);
      FloatVector x11 = load(xb, x1 + xp + 64);
      IntVector q = nibbles(base, p);
      FloatVector scale = Lanes.f16(base, p);
      FloatVector w = number(q, lowMask, lowMagic, lowZero);
      FloatVector v = number(q, highMask, highMagic, highZero);
      a0 = v.fma(x01, w.mul(x00)).fma(scale, a0);
      a1 = v.fma(x11, w.mul(x10)).fma(scale, a1);
      q = nibbles(base, p + far);
      scale = Lanes.f16(base, p + far);
      w = number(q, lowMask, lowMagic, lowZero);
      v = number(q, highMask, highMagic, highZero);
      b0 = v.fma(x01, w.mul(x00)).fma(scale, b0);
      b1 = v.fma(x11, w.mul(x10)).fma(scale, b1);
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
    IntVector t = table();
    for (int i = 0; i < blocks; i++) {
      long p0 = o + i * (long) BLOCK_BYTES;
      long p1 = p0 + far;
      IntVector q = nibbles(base, p0);
      IntVector p = nibbles(base, p1);
      FloatVector scale = Lanes.f16(base, p0);
      FloatVector farScale = Lanes.f16(base, p1);
      for (int half = 0; half < 2; half++) {
        long xp = xo + i * (long) (8 * X_BLOCK_BYTES) + half * (8 * VECTOR_BYTES);
        FloatVector w = low(q, t).mul(scale);
        FloatVector v = low(p, t).mul(farScale);
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
