package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static dev.javelin.tensor.simd.UnevenValues.high;
import static dev.javelin.tensor.simd.UnevenValues.low;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** IQ4_NL: {@link UnevenValues} times the scale. */
final class IQ4_NLSimd implements TileKernel {
  private static final int BLOCK_WEIGHTS = 32;
  private static final int BLOCK_BYTES = 18;
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
      for (int j = 0; j < PARTS; j++) {
        low(base, o + 2, j).mul(scale).intoArray(target, i + j * LANES);
        high(base, o + 2, j).mul(scale).intoArray(target, i + j * LANES + HALF);
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
    if (LANES < 16) {
      // Looking codes up takes a longer method here than can be compiled whole.
      TileKernel.super.twoRows(base, o, far, xb, xo, columns, lanes, lane);
      return;
    }
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    FloatVector a = FloatVector.zero(FLOAT);
    FloatVector b = a;
    for (int i = 0; i < columns; i += BLOCK_WEIGHTS) {
      FloatVector s = FloatVector.zero(FLOAT);
      FloatVector t = s;
      for (int j = 0; j < PARTS; j++) {
        FloatVector x0 = load(xb, xo);
        FloatVector x1 = load(xb, xo + HALF * Float.BYTES);
        s = high(base, o + 2, j).fma(x1, low(base, o + 2, j).fma(x0, s));
        t = high(base, o + far + 2, j).fma(x1, low(base, o + far + 2, j).fma(x0, t));
        xo += LANES * Float.BYTES;
      }
      a = s.fma(Lanes.f16(base, o), a);
      b = t.fma(Lanes.f16(base, o + far), b);
      o += BLOCK_BYTES;
      xo += HALF * Float.BYTES;
    }
    a.intoArray(lanes, lane);
    b.intoArray(lanes, lane + Lanes.STRIDE);
  }
}
