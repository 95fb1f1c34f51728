package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of prefill: a few rows of weights times a few vectors of tokens, all sums in registers. One step of the
 * depth loads the activations of one column for all tokens, broadcasts one weight of each row, and does rows x vectors
 * fused multiply-adds. 24 sums fill the 32 registers of 512-bit machines, 12 the 16 registers of 256-bit machines; fewer sums would
 * wait for loads, more would be spilled.
 */
final class OuterProduct {
  private static final long VECTOR_BYTES = (long) LANES * Float.BYTES;

  private OuterProduct() {}

  /** Rows that one call computes for panels of {@code vectors}; a divisor of {@link Prefill#TILE_ROWS}. */
  static int rows(int vectors) {
    return LANES == 16 ? (vectors == 3 ? 8 : 12) : 6;
  }

  /** Vectors of the widest panel. */
  static int widest() {
    return LANES == 16 ? 3 : 2;
  }

  /**
   * out[r * outStride + t] = sum over k of w[w0 + r * stride + k] * x[k, t] for {@link #rows} rows.
   *
   * @param xo address of a panel: [depth, vectors * LANES]
   */
  static void multiply(
      int vectors, float[] w, int w0, int stride, MemorySegment xb, long xo, int depth, float[] out, int outOffset,
      int outStride) {
    if (LANES == 16) {
      switch (vectors) {
        case 3 -> rows8x3(w, w0, stride, xb, xo, depth, out, outOffset, outStride);
        case 2 -> rows12x2(w, w0, stride, xb, xo, depth, out, outOffset, outStride);
        default -> rows12x1(w, w0, stride, xb, xo, depth, out, outOffset, outStride);
      }
    } else {
      switch (vectors) {
        case 2 -> rows6x2(w, w0, stride, xb, xo, depth, out, outOffset, outStride);
        default -> rows6x1(w, w0, stride, xb, xo, depth, out, outOffset, outStride);
      }
    }
  }

  /** 8 rows x 3 vectors of tokens. */
  private static void rows8x3(
      float[] w, int w0, int stride, MemorySegment xb, long xo, int depth, float[] out, int outOffset, int outStride) {
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
    FloatVector c60 = c00;
    FloatVector c61 = c00;
    FloatVector c62 = c00;
    FloatVector c70 = c00;
    FloatVector c71 = c00;
    FloatVector c72 = c00;
    int w1 = w0 + stride;
    int w2 = w1 + stride;
    int w3 = w2 + stride;
    int w4 = w3 + stride;
    int w5 = w4 + stride;
    int w6 = w5 + stride;
    int w7 = w6 + stride;
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = load(xb, xo);
      FloatVector x1 = load(xb, xo + VECTOR_BYTES);
      FloatVector x2 = load(xb, xo + 2 * VECTOR_BYTES);
      FloatVector b = FloatVector.broadcast(FLOAT, w[w0 + k]);
      c00 = b.fma(x0, c00);
      c01 = b.fma(x1, c01);
      c02 = b.fma(x2, c02);
      b = FloatVector.broadcast(FLOAT, w[w1 + k]);
      c10 = b.fma(x0, c10);
      c11 = b.fma(x1, c11);
      c12 = b.fma(x2, c12);
      b = FloatVector.broadcast(FLOAT, w[w2 + k]);
      c20 = b.fma(x0, c20);
      c21 = b.fma(x1, c21);
      c22 = b.fma(x2, c22);
      b = FloatVector.broadcast(FLOAT, w[w3 + k]);
      c30 = b.fma(x0, c30);
      c31 = b.fma(x1, c31);
      c32 = b.fma(x2, c32);
      b = FloatVector.broadcast(FLOAT, w[w4 + k]);
      c40 = b.fma(x0, c40);
      c41 = b.fma(x1, c41);
      c42 = b.fma(x2, c42);
      b = FloatVector.broadcast(FLOAT, w[w5 + k]);
      c50 = b.fma(x0, c50);
      c51 = b.fma(x1, c51);
      c52 = b.fma(x2, c52);
      b = FloatVector.broadcast(FLOAT, w[w6 + k]);
      c60 = b.fma(x0, c60);
      c61 = b.fma(x1, c61);
      c62 = b.fma(x2, c62);
      b = FloatVector.broadcast(FLOAT, w[w7 + k]);
      c70 = b.fma(x0, c70);
      c71 = b.fma(x1, c71);
      c72 = b.fma(x2, c72);
      xo += 3 * VECTOR_BYTES;
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
    outOffset += outStride;
    c60.intoArray(out, outOffset);
    c61.intoArray(out, outOffset + LANES);
    c62.intoArray(out, outOffset + 2 * LANES);
    outOffset += outStride;
    c70.intoArray(out, outOffset);
    c71.intoArray(out, outOffset + LANES);
    c72.intoArray(out, outOffset + 2 * LANES);
  }

  /** 12 rows x 2 vectors of tokens. */
  private static void rows12x2(
      float[] w, int w0, int stride, MemorySegment xb, long xo, int depth, float[] out, int outOffset, int outStride) {
    FloatVector c0_0 = FloatVector.zero(FLOAT);
    FloatVector c0_1 = c0_0;
    FloatVector c1_0 = c0_0;
    FloatVector c1_1 = c0_0;
    FloatVector c2_0 = c0_0;
    FloatVector c2_1 = c0_0;
    FloatVector c3_0 = c0_0;
    FloatVector c3_1 = c0_0;
    FloatVector c4_0 = c0_0;
    FloatVector c4_1 = c0_0;
    FloatVector c5_0 = c0_0;
    FloatVector c5_1 = c0_0;
    FloatVector c6_0 = c0_0;
    FloatVector c6_1 = c0_0;
    FloatVector c7_0 = c0_0;
    FloatVector c7_1 = c0_0;
    FloatVector c8_0 = c0_0;
    FloatVector c8_1 = c0_0;
    FloatVector c9_0 = c0_0;
    FloatVector c9_1 = c0_0;
    FloatVector c10_0 = c0_0;
    FloatVector c10_1 = c0_0;
    FloatVector c11_0 = c0_0;
    FloatVector c11_1 = c0_0;
    int w1 = w0 + stride;
    int w2 = w1 + stride;
    int w3 = w2 + stride;
    int w4 = w3 + stride;
    int w5 = w4 + stride;
    int w6 = w5 + stride;
    int w7 = w6 + stride;
    int w8 = w7 + stride;
    int w9 = w8 + stride;
    int w10 = w9 + stride;
    int w11 = w10 + stride;
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = load(xb, xo);
      FloatVector x1 = load(xb, xo + VECTOR_BYTES);
      FloatVector b = FloatVector.broadcast(FLOAT, w[w0 + k]);
      c0_0 = b.fma(x0, c0_0);
      c0_1 = b.fma(x1, c0_1);
      b = FloatVector.broadcast(FLOAT, w[w1 + k]);
      c1_0 = b.fma(x0, c1_0);
      c1_1 = b.fma(x1, c1_1);
      b = FloatVector.broadcast(FLOAT, w[w2 + k]);
      c2_0 = b.fma(x0, c2_0);
      c2_1 = b.fma(x1, c2_1);
      b = FloatVector.broadcast(FLOAT, w[w3 + k]);
      c3_0 = b.fma(x0, c3_0);
      c3_1 = b.fma(x1, c3_1);
      b = FloatVector.broadcast(FLOAT, w[w4 + k]);
      c4_0 = b.fma(x0, c4_0);
      c4_1 = b.fma(x1, c4_1);
      b = FloatVector.broadcast(FLOAT, w[w5 + k]);
      c5_0 = b.fma(x0, c5_0);
      c5_1 = b.fma(x1, c5_1);
      b = FloatVector.broadcast(FLOAT, w[w6 + k]);
      c6_0 = b.fma(x0, c6_0);
      c6_1 = b.fma(x1, c6_1);
      b = FloatVector.broadcast(FLOAT, w[w7 + k]);
      c7_0 = b.fma(x0, c7_0);
      c7_1 = b.fma(x1, c7_1);
      b = FloatVector.broadcast(FLOAT, w[w8 + k]);
      c8_0 = b.fma(x0, c8_0);
      c8_1 = b.fma(x1, c8_1);
      b = FloatVector.broadcast(FLOAT, w[w9 + k]);
      c9_0 = b.fma(x0, c9_0);
      c9_1 = b.fma(x1, c9_1);
      b = FloatVector.broadcast(FLOAT, w[w10 + k]);
      c10_0 = b.fma(x0, c10_0);
      c10_1 = b.fma(x1, c10_1);
      b = FloatVector.broadcast(FLOAT, w[w11 + k]);
      c11_0 = b.fma(x0, c11_0);
      c11_1 = b.fma(x1, c11_1);
      xo += 2 * VECTOR_BYTES;
    }
    c0_0.intoArray(out, outOffset);
    c0_1.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c1_0.intoArray(out, outOffset);
    c1_1.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c2_0.intoArray(out, outOffset);
    c2_1.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c3_0.intoArray(out, outOffset);
    c3_1.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c4_0.intoArray(out, outOffset);
    c4_1.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c5_0.intoArray(out, outOffset);
    c5_1.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c6_0.intoArray(out, outOffset);
    c6_1.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c7_0.intoArray(out, outOffset);
    c7_1.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c8_0.intoArray(out, outOffset);
    c8_1.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c9_0.intoArray(out, outOffset);
    c9_1.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c10_0.intoArray(out, outOffset);
    c10_1.intoArray(out, outOffset + LANES);
    outOffset += outStride;
    c11_0.intoArray(out, outOffset);
    c11_1.intoArray(out, outOffset + LANES);
  }

  /** 12 rows x 1 vectors of tokens. */
  private static void rows12x1(
      float[] w, int w0, int stride, MemorySegment xb, long xo, int depth, float[] out, int outOffset, int outStride) {
    FloatVector c0_0 = FloatVector.zero(FLOAT);
    FloatVector c1_0 = c0_0;
    FloatVector c2_0 = c0_0;
    FloatVector c3_0 = c0_0;
    FloatVector c4_0 = c0_0;
    FloatVector c5_0 = c0_0;
    FloatVector c6_0 = c0_0;
    FloatVector c7_0 = c0_0;
    FloatVector c8_0 = c0_0;
    FloatVector c9_0 = c0_0;
    FloatVector c10_0 = c0_0;
    FloatVector c11_0 = c0_0;
    int w1 = w0 + stride;
    int w2 = w1 + stride;
    int w3 = w2 + stride;
    int w4 = w3 + stride;
    int w5 = w4 + stride;
    int w6 = w5 + stride;
    int w7 = w6 + stride;
    int w8 = w7 + stride;
    int w9 = w8 + stride;
    int w10 = w9 + stride;
    int w11 = w10 + stride;
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = load(xb, xo);
      FloatVector b = FloatVector.broadcast(FLOAT, w[w0 + k]);
      c0_0 = b.fma(x0, c0_0);
      b = FloatVector.broadcast(FLOAT, w[w1 + k]);
      c1_0 = b.fma(x0, c1_0);
      b = FloatVector.broadcast(FLOAT, w[w2 + k]);
      c2_0 = b.fma(x0, c2_0);
      b = FloatVector.broadcast(FLOAT, w[w3 + k]);
      c3_0 = b.fma(x0, c3_0);
      b = FloatVector.broadcast(FLOAT, w[w4 + k]);
      c4_0 = b.fma(x0, c4_0);
      b = FloatVector.broadcast(FLOAT, w[w5 + k]);
      c5_0 = b.fma(x0, c5_0);
      b = FloatVector.broadcast(FLOAT, w[w6 + k]);
      c6_0 = b.fma(x0, c6_0);
      b = FloatVector.broadcast(FLOAT, w[w7 + k]);
      c7_0 = b.fma(x0, c7_0);
      b = FloatVector.broadcast(FLOAT, w[w8 + k]);
      c8_0 = b.fma(x0, c8_0);
      b = FloatVector.broadcast(FLOAT, w[w9 + k]);
      c9_0 = b.fma(x0, c9_0);
      b = FloatVector.broadcast(FLOAT, w[w10 + k]);
      c10_0 = b.fma(x0, c10_0);
      b = FloatVector.broadcast(FLOAT, w[w11 + k]);
      c11_0 = b.fma(x0, c11_0);
      xo += VECTOR_BYTES;
    }
    c0_0.intoArray(out, outOffset);
    outOffset += outStride;
    c1_0.intoArray(out, outOffset);
    outOffset += outStride;
    c2_0.intoArray(out, outOffset);
    outOffset += outStride;
    c3_0.intoArray(out, outOffset);
    outOffset += outStride;
    c4_0.intoArray(out, outOffset);
    outOffset += outStride;
    c5_0.intoArray(out, outOffset);
    outOffset += outStride;
    c6_0.intoArray(out, outOffset);
    outOffset += outStride;
    c7_0.intoArray(out, outOffset);
    outOffset += outStride;
    c8_0.intoArray(out, outOffset);
    outOffset += outStride;
    c9_0.intoArray(out, outOffset);
    outOffset += outStride;
    c10_0.intoArray(out, outOffset);
    outOffset += outStride;
    c11_0.intoArray(out, outOffset);
  }

  /** 6 rows x 2 vectors of tokens. */
  private static void rows6x2(
      float[] w, int w0, int stride, MemorySegment xb, long xo, int depth, float[] out, int outOffset, int outStride) {
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
    int w1 = w0 + stride;
    int w2 = w1 + stride;
    int w3 = w2 + stride;
    int w4 = w3 + stride;
    int w5 = w4 + stride;
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = load(xb, xo);
      FloatVector x1 = load(xb, xo + VECTOR_BYTES);
      FloatVector b = FloatVector.broadcast(FLOAT, w[w0 + k]);
      c00 = b.fma(x0, c00);
      c01 = b.fma(x1, c01);
      b = FloatVector.broadcast(FLOAT, w[w1 + k]);
      c10 = b.fma(x0, c10);
      c11 = b.fma(x1, c11);
      b = FloatVector.broadcast(FLOAT, w[w2 + k]);
      c20 = b.fma(x0, c20);
      c21 = b.fma(x1, c21);
      b = FloatVector.broadcast(FLOAT, w[w3 + k]);
      c30 = b.fma(x0, c30);
      c31 = b.fma(x1, c31);
      b = FloatVector.broadcast(FLOAT, w[w4 + k]);
      c40 = b.fma(x0, c40);
      c41 = b.fma(x1, c41);
      b = FloatVector.broadcast(FLOAT, w[w5 + k]);
      c50 = b.fma(x0, c50);
      c51 = b.fma(x1, c51);
      xo += 2 * VECTOR_BYTES;
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

  /** 6 rows x 1 vectors of tokens. */
  private static void rows6x1(
      float[] w, int w0, int stride, MemorySegment xb, long xo, int depth, float[] out, int outOffset, int outStride) {
    FloatVector c00 = FloatVector.zero(FLOAT);
    FloatVector c10 = c00;
    FloatVector c20 = c00;
    FloatVector c30 = c00;
    FloatVector c40 = c00;
    FloatVector c50 = c00;
    int w1 = w0 + stride;
    int w2 = w1 + stride;
    int w3 = w2 + stride;
    int w4 = w3 + stride;
    int w5 = w4 + stride;
    for (int k = 0; k < depth; k++) {
      FloatVector x0 = load(xb, xo);
      FloatVector b = FloatVector.broadcast(FLOAT, w[w0 + k]);
      c00 = b.fma(x0, c00);
      b = FloatVector.broadcast(FLOAT, w[w1 + k]);
      c10 = b.fma(x0, c10);
      b = FloatVector.broadcast(FLOAT, w[w2 + k]);
      c20 = b.fma(x0, c20);
      b = FloatVector.broadcast(FLOAT, w[w3 + k]);
      c30 = b.fma(x0, c30);
      b = FloatVector.broadcast(FLOAT, w[w4 + k]);
      c40 = b.fma(x0, c40);
      b = FloatVector.broadcast(FLOAT, w[w5 + k]);
      c50 = b.fma(x0, c50);
      xo += VECTOR_BYTES;
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
