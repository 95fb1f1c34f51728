package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loop of prefill with vectors along the columns: 4 rows of weights times 3 to 5
 * tokens, up to 20 sums in registers. At 128 bits all tokens go this way: on NEON a broadcast costs
 * an instruction of its own, so that the form of {@link OuterProduct} spills registers there; this
 * one has 9 loads for 20 fused multiply-adds and nothing else. At 512 bits it takes the tokens that
 * do not fill vectors of tokens.
 */
final class DotProduct {
  static final int ROWS = 4;
  static final int TOKENS = 5;

  /** Floats from one row of weights to the next. */
  private static final int STRIDE = Prefill.TILE_STRIDE;

  private DotProduct() {}

  /** How many of {@code tokens} the next call should take: 3 to 5, of nearly equal size. */
  static int group(int tokens) {
    int groups = (tokens + TOKENS - 1) / TOKENS;
    return (tokens + groups - 1) / groups;
  }

  /**
   * Vectors of partial sums, (row * {@link #TOKENS} + token) * {@link Lanes#STRIDE} in {@code
   * lanes}.
   *
   * @param w rows {@code STRIDE} floats apart from {@code w0}
   * @param xo addresses of {@code tokens} (1 to 5) rows of activations start here, {@code xStride}
   *     bytes apart
   */
  static void multiply(
      float[] w,
      int w0,
      MemorySegment xb,
      long xo,
      long xStride,
      int tokens,
      int depth,
      float[] lanes) {
    switch (tokens) {
      case 5 -> tokens5(w, w0, xb, xo, xStride, depth, lanes);
      case 4 -> tokens4(w, w0, xb, xo, xStride, depth, lanes);
      default -> tokens3(w, w0, xb, xo, xStride, tokens - 1, depth, lanes);
    }
  }

  /** 4 rows x 5 tokens. */
  private static void tokens5(
      float[] w, int w0, MemorySegment xb, long xo, long xStride, int depth, float[] lanes) {
    xb = FastMemory.base(xb);
    long x1 = xo + xStride;
    long x2 = xo + 2 * xStride;
    long x3 = xo + 3 * xStride;
    long x4 = xo + 4 * xStride;
    FloatVector c00 = FloatVector.zero(FLOAT);
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c03 = c00;
    FloatVector c04 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    FloatVector c13 = c00;
    FloatVector c14 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c22 = c00;
    FloatVector c23 = c00;
    FloatVector c24 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c32 = c00;
    FloatVector c33 = c00;
    FloatVector c34 = c00;
    for (int k = w0; k < w0 + depth; k += LANES) {
      FloatVector a0 = FloatVector.fromArray(FLOAT, w, k);
      FloatVector a1 = FloatVector.fromArray(FLOAT, w, k + STRIDE);
      FloatVector a2 = FloatVector.fromArray(FLOAT, w, k + 2 * STRIDE);
      FloatVector a3 = FloatVector.fromArray(FLOAT, w, k + 3 * STRIDE);
      FloatVector x = Lanes.load(xb, xo);
      c00 = a0.fma(x, c00);
      c10 = a1.fma(x, c10);
      c20 = a2.fma(x, c20);
      c30 = a3.fma(x, c30);
      x = Lanes.load(xb, x1);
      c01 = a0.fma(x, c01);
      c11 = a1.fma(x, c11);
      c21 = a2.fma(x, c21);
      c31 = a3.fma(x, c31);
      x = Lanes.load(xb, x2);
      c02 = a0.fma(x, c02);
      c12 = a1.fma(x, c12);
      c22 = a2.fma(x, c22);
      c32 = a3.fma(x, c32);
      x = Lanes.load(xb, x3);
      c03 = a0.fma(x, c03);
      c13 = a1.fma(x, c13);
      c23 = a2.fma(x, c23);
      c33 = a3.fma(x, c33);
      x = Lanes.load(xb, x4);
      c04 = a0.fma(x, c04);
      c14 = a1.fma(x, c14);
      c24 = a2.fma(x, c24);
      c34 = a3.fma(x, c34);
      xo += LANES * Float.BYTES;
      x1 += LANES * Float.BYTES;
      x2 += LANES * Float.BYTES;
      x3 += LANES * Float.BYTES;
      x4 += LANES * Float.BYTES;
    }
    c00.intoArray(lanes, 0);
    c01.intoArray(lanes, Lanes.STRIDE);
    c02.intoArray(lanes, 2 * Lanes.STRIDE);
    c03.intoArray(lanes, 3 * Lanes.STRIDE);
    c04.intoArray(lanes, 4 * Lanes.STRIDE);
    c10.intoArray(lanes, 5 * Lanes.STRIDE);
    c11.intoArray(lanes, 6 * Lanes.STRIDE);
    c12.intoArray(lanes, 7 * Lanes.STRIDE);
    c13.intoArray(lanes, 8 * Lanes.STRIDE);
    c14.intoArray(lanes, 9 * Lanes.STRIDE);
    c20.intoArray(lanes, 10 * Lanes.STRIDE);
    c21.intoArray(lanes, 11 * Lanes.STRIDE);
    c22.intoArray(lanes, 12 * Lanes.STRIDE);
    c23.intoArray(lanes, 13 * Lanes.STRIDE);
    c24.intoArray(lanes, 14 * Lanes.STRIDE);
    c30.intoArray(lanes, 15 * Lanes.STRIDE);
    c31.intoArray(lanes, 16 * Lanes.STRIDE);
    c32.intoArray(lanes, 17 * Lanes.STRIDE);
    c33.intoArray(lanes, 18 * Lanes.STRIDE);
    c34.intoArray(lanes, 19 * Lanes.STRIDE);
  }

  /** 4 rows x 4 tokens. */
  private static void tokens4(
      float[] w, int w0, MemorySegment xb, long xo, long xStride, int depth, float[] lanes) {
    xb = FastMemory.base(xb);
    long x1 = xo + xStride;
    long x2 = xo + 2 * xStride;
    long x3 = xo + 3 * xStride;
    FloatVector c00 = FloatVector.zero(FLOAT);
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c03 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    FloatVector c13 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c22 = c00;
    FloatVector c23 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c32 = c00;
    FloatVector c33 = c00;
    for (int k = w0; k < w0 + depth; k += LANES) {
      FloatVector a0 = FloatVector.fromArray(FLOAT, w, k);
      FloatVector a1 = FloatVector.fromArray(FLOAT, w, k + STRIDE);
      FloatVector a2 = FloatVector.fromArray(FLOAT, w, k + 2 * STRIDE);
      FloatVector a3 = FloatVector.fromArray(FLOAT, w, k + 3 * STRIDE);
      FloatVector x = Lanes.load(xb, xo);
      c00 = a0.fma(x, c00);
      c10 = a1.fma(x, c10);
      c20 = a2.fma(x, c20);
      c30 = a3.fma(x, c30);
      x = Lanes.load(xb, x1);
      c01 = a0.fma(x, c01);
      c11 = a1.fma(x, c11);
      c21 = a2.fma(x, c21);
      c31 = a3.fma(x, c31);
      x = Lanes.load(xb, x2);
      c02 = a0.fma(x, c02);
      c12 = a1.fma(x, c12);
      c22 = a2.fma(x, c22);
      c32 = a3.fma(x, c32);
      x = Lanes.load(xb, x3);
      c03 = a0.fma(x, c03);
      c13 = a1.fma(x, c13);
      c23 = a2.fma(x, c23);
      c33 = a3.fma(x, c33);
      xo += LANES * Float.BYTES;
      x1 += LANES * Float.BYTES;
      x2 += LANES * Float.BYTES;
      x3 += LANES * Float.BYTES;
    }
    c00.intoArray(lanes, 0);
    c01.intoArray(lanes, Lanes.STRIDE);
    c02.intoArray(lanes, 2 * Lanes.STRIDE);
    c03.intoArray(lanes, 3 * Lanes.STRIDE);
    c10.intoArray(lanes, 5 * Lanes.STRIDE);
    c11.intoArray(lanes, 6 * Lanes.STRIDE);
    c12.intoArray(lanes, 7 * Lanes.STRIDE);
    c13.intoArray(lanes, 8 * Lanes.STRIDE);
    c20.intoArray(lanes, 10 * Lanes.STRIDE);
    c21.intoArray(lanes, 11 * Lanes.STRIDE);
    c22.intoArray(lanes, 12 * Lanes.STRIDE);
    c23.intoArray(lanes, 13 * Lanes.STRIDE);
    c30.intoArray(lanes, 15 * Lanes.STRIDE);
    c31.intoArray(lanes, 16 * Lanes.STRIDE);
    c32.intoArray(lanes, 17 * Lanes.STRIDE);
    c33.intoArray(lanes, 18 * Lanes.STRIDE);
  }

  /** 4 rows x 3 tokens; the last that exists stands for those that do not. */
  private static void tokens3(
      float[] w,
      int w0,
      MemorySegment xb,
      long xo,
      long xStride,
      int last,
      int depth,
      float[] lanes) {
    xb = FastMemory.base(xb);
    long x1 = xo + Math.min(1, last) * xStride;
    long x2 = xo + Math.min(2, last) * xStride;
    FloatVector c00 = FloatVector.zero(FLOAT);
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c22 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c32 = c00;
    for (int k = w0; k < w0 + depth; k += LANES) {
      FloatVector a0 = FloatVector.fromArray(FLOAT, w, k);
      FloatVector a1 = FloatVector.fromArray(FLOAT, w, k + STRIDE);
      FloatVector a2 = FloatVector.fromArray(FLOAT, w, k + 2 * STRIDE);
      FloatVector a3 = FloatVector.fromArray(FLOAT, w, k + 3 * STRIDE);
      FloatVector x = Lanes.load(xb, xo);
      c00 = a0.fma(x, c00);
      c10 = a1.fma(x, c10);
      c20 = a2.fma(x, c20);
      c30 = a3.fma(x, c30);
      x = Lanes.load(xb, x1);
      c01 = a0.fma(x, c01);
      c11 = a1.fma(x, c11);
      c21 = a2.fma(x, c21);
      c31 = a3.fma(x, c31);
      x = Lanes.load(xb, x2);
      c02 = a0.fma(x, c02);
      c12 = a1.fma(x, c12);
      c22 = a2.fma(x, c22);
      c32 = a3.fma(x, c32);
      xo += LANES * Float.BYTES;
      x1 += LANES * Float.BYTES;
      x2 += LANES * Float.BYTES;
    }
    c00.intoArray(lanes, 0);
    c01.intoArray(lanes, Lanes.STRIDE);
    c02.intoArray(lanes, 2 * Lanes.STRIDE);
    c10.intoArray(lanes, 5 * Lanes.STRIDE);
    c11.intoArray(lanes, 6 * Lanes.STRIDE);
    c12.intoArray(lanes, 7 * Lanes.STRIDE);
    c20.intoArray(lanes, 10 * Lanes.STRIDE);
    c21.intoArray(lanes, 11 * Lanes.STRIDE);
    c22.intoArray(lanes, 12 * Lanes.STRIDE);
    c30.intoArray(lanes, 15 * Lanes.STRIDE);
    c31.intoArray(lanes, 16 * Lanes.STRIDE);
    c32.intoArray(lanes, 17 * Lanes.STRIDE);
  }
}
