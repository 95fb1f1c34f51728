package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Q4_1: nibbles become floats, times the scale, plus the offset. */
final class Q4_1Simd implements TileKernel {
  private static final int BLOCK_WEIGHTS = 32;
  private static final int BLOCK_BYTES = 20;
  private static final int HALF = BLOCK_WEIGHTS / 2;

  @Override
  public int step() {
    return BLOCK_WEIGHTS;
  }

  @Override
  public int stepBytes() {
    return BLOCK_BYTES;
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
    o &= FastMemory.ADDRESS;
    for (int i = targetOffset; i < targetOffset + count; i += BLOCK_WEIGHTS, o += BLOCK_BYTES) {
      FloatVector scale = Lanes.f16(base, o);
      FloatVector least = Lanes.f16(base, o + 2);
      for (int j = 0; j < PARTS; j++) {
        IntVector pairs = bytes(base, o + 4, j);
        floats(pairs.and(15)).mul(scale).add(least).intoArray(target, i + j * LANES);
        floats(pairs.lanewise(LSHR, 4).and(15))
            .mul(scale)
            .add(least)
            .intoArray(target, i + j * LANES + HALF);
      }
    }
  }

  @Override
  public void twoRows(
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
      FloatVector d0 = Lanes.f16(base, o);
      FloatVector m0 = Lanes.f16(base, o + 2);
      FloatVector d1 = Lanes.f16(base, o + far);
      FloatVector m1 = Lanes.f16(base, o + far + 2);
      IntVector t0 = Nibbles.table(d0, m0);
      IntVector t1 = Nibbles.table(d1, m1);
      for (int j = 0; j < PARTS; j++) {
        FloatVector x0 = load(xb, xo);
        FloatVector x1 = load(xb, xo + HALF * Float.BYTES);
        IntVector pairs = bytes(base, o + 4, j);
        a = Nibbles.weights(pairs, t0, d0, m0).fma(x0, a);
        a = Nibbles.weights(pairs.lanewise(LSHR, 4), t0, d0, m0).fma(x1, a);
        pairs = bytes(base, o + far + 4, j);
        b = Nibbles.weights(pairs, t1, d1, m1).fma(x0, b);
        b = Nibbles.weights(pairs.lanewise(LSHR, 4), t1, d1, m1).fma(x1, b);
        xo += LANES * Float.BYTES;
      }
      o += BLOCK_BYTES;
      xo += HALF * Float.BYTES;
    }
    a.intoArray(lanes, lane);
    b.intoArray(lanes, lane + Lanes.STRIDE);
  }
}
