package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of prefill: a few rows of weights times a few vectors of tokens, all sums in
 * registers. One step of the depth loads the activations of one column for all tokens, broadcasts
 * one weight of each row, and does rows x vectors fused multiply-adds. Up to 24 sums fit the 32
 * registers of 512-bit machines (shapes that need more than ten loads a step are spilled by C2 all
 * the same: 8 x 3 and 12 x 2 are a quarter slower than 6 x 4), 12 the 16 registers of 256-bit
 * machines.
 */
final class OuterProduct {
  /**
   * Floats from one row of weights to the next: a constant, so that one register addresses all
   * rows.
   */
  private static final int STRIDE = Prefill.TILE_STRIDE;

  private static final long VECTOR_BYTES = (long) LANES * Float.BYTES;

  private OuterProduct() {}

  /**
   * Rows that one call computes for panels of {@code vectors}; a divisor of {@link
   * Prefill#TILE_ROWS}.
   */
  static int rows(int vectors) {
    return LANES == 16 && vectors == 2 ? 12 : 6;
  }

  /** Vectors of the widest panel. */
  static int widest() {
    return LANES == 16 ? 4 : 2;
  }

  /**
   * out[r * outStride + t] = sum over k of w[w0 + r * STRIDE + k] * x[k, t] for {@link #rows} rows.
   *
   * @param xo address of a panel: [depth, vectors * LANES]
   */
  static void multiply(
      int vectors,
      float[] w,
      int w0,
      MemorySegment xb,
      long xo,
      int depth,
      float[] out,
      int outOffset,
      int outStride) {
    if (LANES == 16) {
      switch (vectors) {
        case 4 -> rows6x4(w, w0, xb, xo, depth, out, outOffset, outStride);
        case 3 -> rows6x3(w, w0, xb, xo, depth, out, outOffset, outStride);
        default -> rows12x2(w, w0, xb, xo, depth, out, outOffset, outStride);
      }
    } else {
      switch (vectors) {
        case 2 -> rows6x2(w, w0, xb, xo, depth, out, outOffset, outStride);
        default -> rows6x1(w, w0, xb, xo, depth, out, outOffset, outStride);
      }
    }
  }

  /** 6 rows x 4 vectors of tokens. */
  private static void rows6x4(
      float[] w,
      int w0,
      MemorySegment xb,
      long xo,
      int depth,
      float[] out,
      int outOffset,
      int outStride) {
    xb = FastMemory.base(xb);
    xo &= FastMemory.ADDRESS;
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
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c42 = c00;
    FloatVector c43 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c52 = c00;
    FloatVector c53 = c00;
    for (int k = 0; k < depth; k++) {
      long p = xo + k * (4 * VECTOR_BYTES);
      int j = w0 + k;
      FloatVector x0 = load(xb, p);
      FloatVector x1 = load(xb, p + VECTOR_BYTES);
      FloatVector x2 = load(xb, p + 2 * VECTOR_BYTES);
      FloatVector x3 = load(xb, p + 3 * VECTOR_BYTES);
      FloatVector b = FloatVector.broadcast(FLOAT, w[j]);
      c00 = b.fma(x0, c00);
      c01 = b.fma(x1, c01);
      c02 = b.fma(x2, c02);
      c03 = b.fma(x3, c03);
      b = FloatVector.broadcast(FLOAT, w[j + STRIDE]);
      c10 = b.fma(x0, c10);
      c11 = b.fma(x1, c11);
      c12 = b.fma(x2, c12);
      c13 = b.fma(x3, c13);
      b = FloatVector.broadcast(FLOAT, w[j + 2 * STRIDE]);
      c20 = b.fma(x0, c20);
      c21 = b.fma(x1, c21);
      c22 = b.fma(x2, c22);
      c23 = b.fma(x3, c23);
      b = FloatVector.broadcast(FLOAT, w[j + 3 * STRIDE]);
      c30 = b.fma(x0, c30);
      c31 = b.fma(x1, c31);
      c32 = b.fma(x2, c32);
      c33 = b.fma(x3, c33);
      b = FloatVector.broadcast(FLOAT, w[j + 4 * STRIDE]);
      c40 = b.fma(x0, c40);
      c41 = b.fma(x1, c41);
      c42 = b.fma(x2, c42);
      c43 = b.fma(x3, c43);
      b = FloatVector.broadcast(FLOAT, w[j + 5 * STRIDE]);
      c50 = b.fma(x0, c50);
      c51 = b.fma(x1, c51);
      c52 = b.fma(x2, c52);
      c53 = b.fma(x3, c53);
    }
    c00.intoArray(out, outOffset);
    c01.intoArray(out, outOffset + LANES);
    c02.intoArray(out, outOffset + 2 * LANES);
    c03.intoArray(out, outOffset + 3 * LANES);
    outOffset += outStride;
    c10.intoArray(out, outOffset);
    c11.intoArray(out, outOffset + LANES);
    c12.intoArray(out, outOffset + 2 * LANES);
    c13.intoArray(out, outOffset + 3 * LANES);
    outOffset += outStride;
    c20.intoArray(out, outOffset);
    c21.intoArray(out, outOffset + LANES);
    c22.intoArray(out, outOffset + 2 * LANES);
    c23.intoArray(out, outOffset + 3 * LANES);
    outOffset += outStride;
    c30.intoArray(out, outOffset);
    c31.intoArray(out, outOffset + LANES);
    c32.intoArray(out, outOffset + 2 * LANES);
    c33.intoArray(out, outOffset + 3 * LANES);
    outOffset += outStride;
    c40.intoArray(out, outOffset);
    c41.intoArray(out, outOffset + LANES);
    c42.intoArray(out, outOffset + 2 * LANES);
    c43.intoArray(out, outOffset + 3 * LANES);
    outOffset += outStride;
    c50.intoArray(out, outOffset);
    c51.intoArray(out, outOffset + LANES);
    c52.intoArray(out, outOffset + 2 * LANES);
    c53.intoArray(out, outOffset + 3 * LANES);
  }

  /** 6 rows x 3 vectors of tokens. */
  private static void rows6x3(
      float[] w,
      int w0,
      MemorySegment xb,
      long xo,
      int depth,
      float[] out,
      int outOffset,
      int outStride) {
    xb = FastMemory.base(xb);
    xo &= FastMemory.ADDRESS;
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
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c42 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c52 = c00;
    for (int k = 0; k < depth; k++) {
      long p = xo + k * (3 * VECTOR_BYTES);
      int j = w0 + k;
      FloatVector x0 = load(xb, p);
      FloatVector x1 = load(xb, p + VECTOR_BYTES);
      FloatVector x2 = load(xb, p + 2 * VECTOR_BYTES);
      FloatVector b = FloatVector.broadcast(FLOAT, w[j]);
      c00 = b.fma(x0, c00);
      c01 = b.fma(x1, c01);
      c02 = b.fma(x2, c02);
      b = FloatVector.broadcast(FLOAT, w[j + STRIDE]);
      c10 = b.fma(x0, c10);
      c11 = b.fma(x1, c11);
      c12 = b.fma(x2, c12);
      b = FloatVector.broadcast(FLOAT, w[j + 2 * STRIDE]);
      c20 = b.fma(x0, c20);
      c21 = b.fma(x1, c21);
      c22 = b.fma(x2, c22);
      b = FloatVector.broadcast(FLOAT, w[j + 3 * STRIDE]);
      c30 = b.fma(x0, c30);
      c31 = b.fma(x1, c31);
      c32 = b.fma(x2, c32);
      b = FloatVector.broadcast(FLOAT, w[j + 4 * STRIDE]);
      c40 = b.fma(x0, c40);
      c41 = b.fma(x1, c41);
      c42 = b.fma(x2, c42);
      b = FloatVector.broadcast(FLOAT, w[j + 5 * STRIDE]);
      c50 = b.fma(x0, c50);
      c51 = b.fma(x1, c51);
      c52 = b.fma(x2, c52);
    }
    c00.intoArray(out, outOffset);
    c01.intoArray(out, outOffset + LANES);
    c02.intoArray(out, outOffset + 2 * LANES);
    outOffset += outStride;
    c10.intoArray(out, outOffset);
    c11.intoArray(out, outOffset + LANES);
    c12.intoArray(out, outOffset + 2 * LANES);
    outOffset += outStride;
    c20.intoArray(out, outOffset);
    c21.intoArray(out, outOffset + LANES);
    c22.intoArray(out, outOffset + 2 * LANES);
    outOffset += outStride;
    c30.intoArray(out, outOffset);
    c31.intoArray(out, outOffset + LANES);
    c32.intoArray(out, outOffset + 2 * LANES);
    outOffset += outStride;
    c40.intoArray(out, outOffset);
    c41.intoArray(out, outOffset + LANES);
    c42.intoArray(out, outOffset + 2 * LANES);
    outOffset += outStride;
    c50.intoArray(out, outOffset);
    c51.intoArray(out, outOffset + LANES);
    c52.intoArray(out, outOffset + 2 * LANES);
  }

  /** 12 rows x 2 vectors of tokens. */
  private static void rows12x2(
      float[] w,
      int w0,
      MemorySegment xb,
      long xo,
      int depth,
      float[] out,
      int outOffset,
      int outStride) {
    xb = FastMemory.base(xb);
    xo &= FastMemory.ADDRESS;
    FloatVector c00 = FloatVector.zero(FLOAT);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c60 = c00;
    FloatVector c61 = c00;
    FloatVector c70 = c00;
    FloatVector c71 = c00;
    FloatVector c80 = c00;
    FloatVector c81 = c00;
    FloatVector c90 = c00;
    FloatVector c91 = c00;
    FloatVector c100 = c00;
    FloatVector c101 = c00;
    FloatVector c110 = c00;
    FloatVector c111 = c00;
    for (int k = 0; k < depth; k++) {
      long p = xo + k * (2 * VECTOR_BYTES);
      int j = w0 + k;
      FloatVector x0 = load(xb, p);
      FloatVector x1 = load(xb, p + VECTOR_BYTES);
      FloatVector b = FloatVector.broadcast(FLOAT, w[j]);
      c00 = b.fma(x0, c00);
      c01 = b.fma(x1, c01);
      b = FloatVector.broadcast(FLOAT, w[j + STRIDE]);
      c10 = b.fma(x0, c10);
      c11 = b.fma(x1, c11);
      b = FloatVector.broadcast(FLOAT, w[j + 2 * STRIDE]);
      c20 = b.fma(x0, c20);
      c21 = b.fma(x1, c21);
      b = FloatVector.broadcast(FLOAT, w[j + 3 * STRIDE]);
      c30 = b.fma(x0, c30);
      c31 = b.fma(x1, c31);
      b = FloatVector.broadcast(FLOAT, w[j + 4 * STRIDE]);
      c40 = b.fma(x0, c40);
      c41 = b.fma(x1, c41);
      b = FloatVector.broadcast(FLOAT, w[j + 5 * STRIDE]);
      c50 = b.fma(x0, c50);
      c51 = b.fma(x1, c51);
      b = FloatVector.broadcast(FLOAT, w[j + 6 * STRIDE]);
      c60 = b.fma(x0, c60);
      c61 = b.fma(x1, c61);
      b = FloatVector.broadcast(FLOAT, w[j + 7 * STRIDE]);
      c70 = b.fma(x0, c70);
      c71 = b.fma(x1, c71);
      b = FloatVector.broadcast(FLOAT, w[j + 8 * STRIDE]);
      c80 = b.fma(x0, c80);
      c81 = b.fma(x1, c81);
      b = FloatVector.broadcast(FLOAT, w[j + 9 * STRIDE]);
      c90 = b.fma(x0, c90);
      c91 = b.fma(x1, c91);
      b = FloatVector.broadcast(FLOAT, w[j + 10 * STRIDE]);
      c100 = b.fma(x0, c100);
      c101 = b.fma(x1, c101);
      b = FloatVector.broadcast(FLOAT, w[j + 11 * STRIDE]);
      c110 = b.fma(x0, c110);
      c111 = b.fma(x1, c111);
    }
    c00.intoArray(out, outOffset);
    c01.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c10.intoArray(out, outOffset);
    c11.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c20.intoArray(out, outOffset);
    c21.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c30.intoArray(out, outOffset);
    c31.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c40.intoArray(out, outOffset);
    c41.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c50.intoArray(out, outOffset);
    c51.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c60.intoArray(out, outOffset);
    c61.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c70.intoArray(out, outOffset);
    c71.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c80.intoArray(out, outOffset);
    c81.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c90.intoArray(out, outOffset);
    c91.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c100.intoArray(out, outOffset);
    c101.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c110.intoArray(out, outOffset);
    c111.intoArray(out, outOffset + LANES);
  }

  /** 6 rows x 2 vectors of tokens. */
  private static void rows6x2(
      float[] w,
      int w0,
      MemorySegment xb,
      long xo,
      int depth,
      float[] out,
      int outOffset,
      int outStride) {
    xb = FastMemory.base(xb);
    xo &= FastMemory.ADDRESS;
    FloatVector c00 = FloatVector.zero(FLOAT);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    for (int k = 0; k < depth; k++) {
      long p = xo + k * (2 * VECTOR_BYTES);
      int j = w0 + k;
      FloatVector x0 = load(xb, p);
      FloatVector x1 = load(xb, p + VECTOR_BYTES);
      FloatVector b = FloatVector.broadcast(FLOAT, w[j]);
      c00 = b.fma(x0, c00);
      c01 = b.fma(x1, c01);
      b = FloatVector.broadcast(FLOAT, w[j + STRIDE]);
      c10 = b.fma(x0, c10);
      c11 = b.fma(x1, c11);
      b = FloatVector.broadcast(FLOAT, w[j + 2 * STRIDE]);
      c20 = b.fma(x0, c20);
      c21 = b.fma(x1, c21);
      b = FloatVector.broadcast(FLOAT, w[j + 3 * STRIDE]);
      c30 = b.fma(x0, c30);
      c31 = b.fma(x1, c31);
      b = FloatVector.broadcast(FLOAT, w[j + 4 * STRIDE]);
      c40 = b.fma(x0, c40);
      c41 = b.fma(x1, c41);
      b = FloatVector.broadcast(FLOAT, w[j + 5 * STRIDE]);
      c50 = b.fma(x0, c50);
      c51 = b.fma(x1, c51);
    }
    c00.intoArray(out, outOffset);
    c01.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c10.intoArray(out, outOffset);
    c11.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c20.intoArray(out, outOffset);
    c21.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c30.intoArray(out, outOffset);
    c31.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c40.intoArray(out, outOffset);
    c41.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c50.intoArray(out, outOffset);
    c51.intoArray(out, outOffset + LANES);
  }

  /** 6 rows x 1 vector of tokens. */
  private static void rows6x1(
      float[] w,
      int w0,
      MemorySegment xb,
      long xo,
      int depth,
      float[] out,
      int outOffset,
      int outStride) {
    xb = FastMemory.base(xb);
    xo &= FastMemory.ADDRESS;
    FloatVector c00 = FloatVector.zero(FLOAT);
    FloatVector c10 = c00;
    FloatVector c20 = c00;
    FloatVector c30 = c00;
    FloatVector c40 = c00;
    FloatVector c50 = c00;
    for (int k = 0; k < depth; k++) {
      long p = xo + k * VECTOR_BYTES;
      int j = w0 + k;
      FloatVector x0 = load(xb, p);
      FloatVector b = FloatVector.broadcast(FLOAT, w[j]);
      c00 = b.fma(x0, c00);
      b = FloatVector.broadcast(FLOAT, w[j + STRIDE]);
      c10 = b.fma(x0, c10);
      b = FloatVector.broadcast(FLOAT, w[j + 2 * STRIDE]);
      c20 = b.fma(x0, c20);
      b = FloatVector.broadcast(FLOAT, w[j + 3 * STRIDE]);
      c30 = b.fma(x0, c30);
      b = FloatVector.broadcast(FLOAT, w[j + 4 * STRIDE]);
      c40 = b.fma(x0, c40);
      b = FloatVector.broadcast(FLOAT, w[j + 5 * STRIDE]);
      c50 = b.fma(x0, c50);
    }
    c00.intoArray(out, outOffset);
    outOffset += outStride;
    c10.intoArray(out, outOffset);
    outOffset += outStride;
    c20.intoArray(out, outOffset);
    outOffset += outStride;
    c30.intoArray(out, outOffset);
    outOffset += outStride;
    c40.intoArray(out, outOffset);
    outOffset += outStride;
    c50.intoArray(out, outOffset);
  }
}
