package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Products of weights that {@link TileKernel} has decoded; sums are added to the vectors at the
 * start of {@code lanes}.
 */
final class TileDot {
  private static final int VECTOR_BYTES = LANES * Float.BYTES;

  private TileDot() {}

  /**
   * lanes[lane ..] += {@code count} weights from {@code w} on times the activations at {@code xo};
   * count % 32 == 0.
   */
  static void oneToken(float[] lanes, int w, MemorySegment xb, long xo, int count, int lane) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    xb = FastMemory.base(xb);
    xo &= FastMemory.ADDRESS;
    FloatVector a = FloatVector.fromArray(FLOAT, lanes, lane);
    FloatVector b = FloatVector.zero(FLOAT);
    FloatVector c = b;
    FloatVector d = b;
    int whole = count - count % (4 * LANES);
    for (int i = 0; i < whole; i += 4 * LANES) {
      long p = xo + (long) i * Float.BYTES;
      a = FloatVector.fromArray(FLOAT, lanes, w + i).fma(load(xb, p), a);
      b = FloatVector.fromArray(FLOAT, lanes, w + i + LANES).fma(load(xb, p + VECTOR_BYTES), b);
      c =
          FloatVector.fromArray(FLOAT, lanes, w + i + 2 * LANES)
              .fma(load(xb, p + 2 * VECTOR_BYTES), c);
      d =
          FloatVector.fromArray(FLOAT, lanes, w + i + 3 * LANES)
              .fma(load(xb, p + 3 * VECTOR_BYTES), d);
    }
    for (int i = whole; i < count; i += LANES) {
      a = FloatVector.fromArray(FLOAT, lanes, w + i).fma(load(xb, xo + (long) i * Float.BYTES), a);
    }
    a.add(b).add(c.add(d)).intoArray(lanes, lane);
  }

  /** Two rows of weights times four rows of activations: vectors 0 to 3 and 4 to 7. */
  static void fourTokens(
      float[] lanes,
      int w,
      int v,
      MemorySegment xb,
      long x0,
      long x1,
      long x2,
      long x3,
      int count) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    xb = FastMemory.base(xb);
    x0 &= FastMemory.ADDRESS;
    x1 &= FastMemory.ADDRESS;
    x2 &= FastMemory.ADDRESS;
    x3 &= FastMemory.ADDRESS;
    FloatVector a0 = FloatVector.fromArray(FLOAT, lanes, 0);
    FloatVector a1 = FloatVector.fromArray(FLOAT, lanes, Lanes.STRIDE);
    FloatVector a2 = FloatVector.fromArray(FLOAT, lanes, 2 * Lanes.STRIDE);
    FloatVector a3 = FloatVector.fromArray(FLOAT, lanes, 3 * Lanes.STRIDE);
    FloatVector b0 = FloatVector.fromArray(FLOAT, lanes, 4 * Lanes.STRIDE);
    FloatVector b1 = FloatVector.fromArray(FLOAT, lanes, 5 * Lanes.STRIDE);
    FloatVector b2 = FloatVector.fromArray(FLOAT, lanes, 6 * Lanes.STRIDE);
    FloatVector b3 = FloatVector.fromArray(FLOAT, lanes, 7 * Lanes.STRIDE);
    for (int i = 0; i < count; i += LANES) {
      FloatVector p = FloatVector.fromArray(FLOAT, lanes, w + i);
      FloatVector q = FloatVector.fromArray(FLOAT, lanes, v + i);
      long at = (long) i * Float.BYTES;
      FloatVector x = load(xb, x0 + at);
      a0 = p.fma(x, a0);
      b0 = q.fma(x, b0);
      x = load(xb, x1 + at);
      a1 = p.fma(x, a1);
      b1 = q.fma(x, b1);
      x = load(xb, x2 + at);
      a2 = p.fma(x, a2);
      b2 = q.fma(x, b2);
      x = load(xb, x3 + at);
      a3 = p.fma(x, a3);
      b3 = q.fma(x, b3);
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
