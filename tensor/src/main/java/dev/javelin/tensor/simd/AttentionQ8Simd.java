package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.AttentionSimd.STRIDE;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/**
 * Attention over Q8_0 keys and values: the same methods in the same order as {@link
 * AttentionF32Simd}, with loads that widen a byte and multiply it by its scale. That product has 18
 * bits at most and is exact, so results have the bits of an F32 cache that holds the same numbers.
 * It is one multiplication for as many multiply-adds as there are rows, hence eight rows of values
 * at a time too. There the next two vectors are widened while this step's multiply-adds run,
 * because the CPU does not look so far ahead; what is read behind the last ones belongs to the
 * block's scales. Two vectors never reach into another group of 32 components.
 */
final class AttentionQ8Simd {
  /** Values that share a scale. */
  private static final int GROUP = 32;

  private static final int GROUP_BITS = 5;

  private AttentionQ8Simd() {}

  // Small pieces: C2 inlines methods of at most 35 bytes of bytecode and boxes what it does not
  // inline. None asks for FastMemory.base, a call that C2 takes for a rare one after some starts.

  private static FloatVector quants(MemorySegment base, long o) {
    return (FloatVector) bytes(base, o).castShape(FLOAT, 0);
  }

  private static ByteVector bytes(MemorySegment base, long o) {
    return ByteVector.fromMemorySegment(Species.BYTES_OF_FLOATS, base, o, LITTLE_ENDIAN);
  }

  /**
   * scores[out + r * STRIDE + t] = q[r] . k[t] for all tokens of a block. Keys [headDim, tokens] at
   * {@code o} of {@code base}; their scales as floats, [headDim / 32, tokens], at {@code s} of
   * {@code scales}, and one row more that is read but not used. Queries are packed pass by pass,
   * [headDim][rows of the pass]; the last pass may write up to three rows more.
   */
  static void scores(
      MemorySegment base,
      long o,
      float[] scales,
      int s,
      float[] q,
      int rows,
      int headDim,
      int tokens,
      float[] scores,
      int out) {
    for (int r = 0, pass; r < rows; r += pass) {
      pass = AttentionSimd.rowsOfPass(rows - r);
      int from = r * headDim;
      int to = out + r * STRIDE;
      int t = 0;
      for (; t + 2 * LANES <= tokens; t += 2 * LANES) {
        long k = o + t;
        int at = s + t;
        switch (pass) {
          case 8 -> scores8x2(base, k, scales, at, tokens, q, from, headDim, scores, to + t);
          case 4 -> scores4x2(base, k, scales, at, tokens, q, from, headDim, scores, to + t);
          default -> scores1x2(base, k, scales, at, tokens, q, from, headDim, scores, to + t);
        }
      }
      for (int i = 0; t < tokens && i < pass; i++) { // blocks of an odd number of vectors
        int at = s + t;
        int row = to + i * STRIDE + t;
        scoresOfOne(base, o + t, scales, at, tokens, q, from + i, pass, headDim, scores, row);
      }
    }
  }

  private static void scoresOfOne(
      MemorySegment base,
      long o,
      float[] scales,
      int s,
      int tokens,
      float[] q,
      int qFrom,
      int qStep,
      int headDim,
      float[] scores,
      int out) {
    base = FastMemory.base(base);
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    FloatVector a = FloatVector.zero(FLOAT);
    for (int d = 0; d < headDim; d++, o += tokens) {
      FloatVector scale = FloatVector.fromArray(FLOAT, scales, s + d / GROUP * tokens);
      FloatVector q0 = FloatVector.broadcast(FLOAT, q[qFrom + d * qStep]);
      a = quants(base, o).mul(scale).fma(q0, a);
    }
    a.intoArray(scores, out);
  }

  /**
   * acc[r] += weights[r * STRIDE + t] * v[t] for the tokens t in [first, last) of a run of blocks.
   * The values of block i, [blockTokens, headDim], lie at {@code blocks[i]} of {@code base}; the
   * scales as floats [headDim / 32] of token {@code first} and, after that, of all others at {@code
   * s} of {@code scales}, and one row more that is read but not used. Up to three rows more of
   * {@code acc} [rows, headDim] may be written.
   */
  static void addValues(
      MemorySegment base,
      long[] blocks,
      float[] scales,
      int s,
      int first,
      int last,
      int blockTokens,
      float[] weights,
      int rows,
      float[] acc,
      int headDim) {
    for (int r = 0, pass; r < rows; r += pass) {
      pass = AttentionSimd.rowsOfPass(rows - r);
      int w = r * STRIDE;
      for (int d = 0; d < headDim; d += 2 * LANES) {
        int out = r * headDim + d;
        int at = s + d / GROUP;
        switch (pass) {
          case 8 ->
              values8x2(
                  base,
                  blocks,
                  d,
                  scales,
                  at,
                  first,
                  last,
                  blockTokens,
                  weights,
                  w,
                  acc,
                  out,
                  headDim);
          case 4 ->
              values4x2(
                  base,
                  blocks,
                  d,
                  scales,
                  at,
                  first,
                  last,
                  blockTokens,
                  weights,
                  w,
                  acc,
                  out,
                  headDim);
          default ->
              values1x2(
                  base,
                  blocks,
                  d,
                  scales,
                  at,
                  first,
                  last,
                  blockTokens,
                  weights,
                  w,
                  acc,
                  out,
                  headDim);
        }
      }
    }
  }

  private static void scores8x2(
      MemorySegment base,
      long o,
      float[] scales,
      int s,
      int tokens,
      float[] q,
      int qFrom,
      int headDim,
      float[] scores,
      int out) {
    base = FastMemory.base(base);
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    FloatVector e0 = a0;
    FloatVector e1 = a0;
    FloatVector f0 = a0;
    FloatVector f1 = a0;
    FloatVector g0 = a0;
    FloatVector g1 = a0;
    FloatVector h0 = a0;
    FloatVector h1 = a0;
    FloatVector next0 = quants(base, o).mul(FloatVector.fromArray(FLOAT, scales, s));
    FloatVector next1 =
        quants(base, o + LANES).mul(FloatVector.fromArray(FLOAT, scales, s + LANES));
    for (int i = qFrom, end = qFrom + 8 * headDim; i < end; i += 8) {
      FloatVector k0 = next0;
      FloatVector k1 = next1;
      o += tokens;
      int at = s + (i + 8 - qFrom >> 3 + GROUP_BITS) * tokens;
      next0 = quants(base, o).mul(FloatVector.fromArray(FLOAT, scales, at));
      next1 = quants(base, o + LANES).mul(FloatVector.fromArray(FLOAT, scales, at + LANES));
      FloatVector q0 = FloatVector.broadcast(FLOAT, q[i]);
      a0 = k0.fma(q0, a0);
      a1 = k1.fma(q0, a1);
      FloatVector q1 = FloatVector.broadcast(FLOAT, q[i + 1]);
      b0 = k0.fma(q1, b0);
      b1 = k1.fma(q1, b1);
      FloatVector q2 = FloatVector.broadcast(FLOAT, q[i + 2]);
      c0 = k0.fma(q2, c0);
      c1 = k1.fma(q2, c1);
      FloatVector q3 = FloatVector.broadcast(FLOAT, q[i + 3]);
      d0 = k0.fma(q3, d0);
      d1 = k1.fma(q3, d1);
      FloatVector q4 = FloatVector.broadcast(FLOAT, q[i + 4]);
      e0 = k0.fma(q4, e0);
      e1 = k1.fma(q4, e1);
      FloatVector q5 = FloatVector.broadcast(FLOAT, q[i + 5]);
      f0 = k0.fma(q5, f0);
      f1 = k1.fma(q5, f1);
      FloatVector q6 = FloatVector.broadcast(FLOAT, q[i + 6]);
      g0 = k0.fma(q6, g0);
      g1 = k1.fma(q6, g1);
      FloatVector q7 = FloatVector.broadcast(FLOAT, q[i + 7]);
      h0 = k0.fma(q7, h0);
      h1 = k1.fma(q7, h1);
    }
    a0.intoArray(scores, out);
    a1.intoArray(scores, out + LANES);
    b0.intoArray(scores, out + STRIDE);
    b1.intoArray(scores, out + STRIDE + LANES);
    c0.intoArray(scores, out + 2 * STRIDE);
    c1.intoArray(scores, out + 2 * STRIDE + LANES);
    d0.intoArray(scores, out + 3 * STRIDE);
    d1.intoArray(scores, out + 3 * STRIDE + LANES);
    e0.intoArray(scores, out + 4 * STRIDE);
    e1.intoArray(scores, out + 4 * STRIDE + LANES);
    f0.intoArray(scores, out + 5 * STRIDE);
    f1.intoArray(scores, out + 5 * STRIDE + LANES);
    g0.intoArray(scores, out + 6 * STRIDE);
    g1.intoArray(scores, out + 6 * STRIDE + LANES);
    h0.intoArray(scores, out + 7 * STRIDE);
    h1.intoArray(scores, out + 7 * STRIDE + LANES);
  }

  private static void scores4x2(
      MemorySegment base,
      long o,
      float[] scales,
      int s,
      int tokens,
      float[] q,
      int qFrom,
      int headDim,
      float[] scores,
      int out) {
    base = FastMemory.base(base);
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    for (int i = qFrom, end = qFrom + 4 * headDim; i < end; i += 4, o += tokens) {
      int at = s + (i - qFrom >> 2 + GROUP_BITS) * tokens;
      FloatVector k0 = quants(base, o).mul(FloatVector.fromArray(FLOAT, scales, at));
      FloatVector k1 =
          quants(base, o + LANES).mul(FloatVector.fromArray(FLOAT, scales, at + LANES));
      FloatVector q0 = FloatVector.broadcast(FLOAT, q[i]);
      a0 = k0.fma(q0, a0);
      a1 = k1.fma(q0, a1);
      FloatVector q1 = FloatVector.broadcast(FLOAT, q[i + 1]);
      b0 = k0.fma(q1, b0);
      b1 = k1.fma(q1, b1);
      FloatVector q2 = FloatVector.broadcast(FLOAT, q[i + 2]);
      c0 = k0.fma(q2, c0);
      c1 = k1.fma(q2, c1);
      FloatVector q3 = FloatVector.broadcast(FLOAT, q[i + 3]);
      d0 = k0.fma(q3, d0);
      d1 = k1.fma(q3, d1);
    }
    a0.intoArray(scores, out);
    a1.intoArray(scores, out + LANES);
    b0.intoArray(scores, out + STRIDE);
    b1.intoArray(scores, out + STRIDE + LANES);
    c0.intoArray(scores, out + 2 * STRIDE);
    c1.intoArray(scores, out + 2 * STRIDE + LANES);
    d0.intoArray(scores, out + 3 * STRIDE);
    d1.intoArray(scores, out + 3 * STRIDE + LANES);
  }

  private static void scores1x2(
      MemorySegment base,
      long o,
      float[] scales,
      int s,
      int tokens,
      float[] q,
      int qFrom,
      int headDim,
      float[] scores,
      int out) {
    base = FastMemory.base(base);
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    for (int i = qFrom, end = qFrom + headDim; i < end; i++, o += tokens) {
      int at = s + (i - qFrom >> GROUP_BITS) * tokens;
      FloatVector k0 = quants(base, o).mul(FloatVector.fromArray(FLOAT, scales, at));
      FloatVector k1 =
          quants(base, o + LANES).mul(FloatVector.fromArray(FLOAT, scales, at + LANES));
      FloatVector q0 = FloatVector.broadcast(FLOAT, q[i]);
      a0 = k0.fma(q0, a0);
      a1 = k1.fma(q0, a1);
    }
    a0.intoArray(scores, out);
    a1.intoArray(scores, out + LANES);
  }

  private static void values8x2(
      MemorySegment base,
      long[] blocks,
      int d,
      float[] scales,
      int s,
      int first,
      int last,
      int blockTokens,
      float[] weights,
      int w,
      float[] acc,
      int out,
      int headDim) {
    base = FastMemory.base(base);
    FloatVector a0 = FloatVector.fromArray(FLOAT, acc, out);
    FloatVector a1 = FloatVector.fromArray(FLOAT, acc, out + LANES);
    FloatVector b0 = FloatVector.fromArray(FLOAT, acc, out + headDim);
    FloatVector b1 = FloatVector.fromArray(FLOAT, acc, out + headDim + LANES);
    FloatVector c0 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim);
    FloatVector c1 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim + LANES);
    FloatVector d0 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim);
    FloatVector d1 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim + LANES);
    FloatVector e0 = FloatVector.fromArray(FLOAT, acc, out + 4 * headDim);
    FloatVector e1 = FloatVector.fromArray(FLOAT, acc, out + 4 * headDim + LANES);
    FloatVector f0 = FloatVector.fromArray(FLOAT, acc, out + 5 * headDim);
    FloatVector f1 = FloatVector.fromArray(FLOAT, acc, out + 5 * headDim + LANES);
    FloatVector g0 = FloatVector.fromArray(FLOAT, acc, out + 6 * headDim);
    FloatVector g1 = FloatVector.fromArray(FLOAT, acc, out + 6 * headDim + LANES);
    FloatVector h0 = FloatVector.fromArray(FLOAT, acc, out + 7 * headDim);
    FloatVector h1 = FloatVector.fromArray(FLOAT, acc, out + 7 * headDim + LANES);
    int groups = headDim / GROUP;
    for (int t = first; t < last; ) {
      int slot = t % blockTokens;
      long o = blocks[t / blockTokens] + (long) slot * headDim + d;
      int end = Math.min(t - slot + blockTokens, last);
      FloatVector scale0 = FloatVector.broadcast(FLOAT, scales[s]);
      FloatVector next0 = quants(base, o).mul(scale0);
      FloatVector next1 = quants(base, o + LANES).mul(scale0);
      for (int i = w + t; i < w + end; i++) {
        FloatVector v0 = next0;
        FloatVector v1 = next1;
        o += headDim;
        s += groups;
        FloatVector scale = FloatVector.broadcast(FLOAT, scales[s]);
        next0 = quants(base, o).mul(scale);
        next1 = quants(base, o + LANES).mul(scale);
        FloatVector w0 = FloatVector.broadcast(FLOAT, weights[i]);
        a0 = v0.fma(w0, a0);
        a1 = v1.fma(w0, a1);
        FloatVector w1 = FloatVector.broadcast(FLOAT, weights[i + STRIDE]);
        b0 = v0.fma(w1, b0);
        b1 = v1.fma(w1, b1);
        FloatVector w2 = FloatVector.broadcast(FLOAT, weights[i + 2 * STRIDE]);
        c0 = v0.fma(w2, c0);
        c1 = v1.fma(w2, c1);
        FloatVector w3 = FloatVector.broadcast(FLOAT, weights[i + 3 * STRIDE]);
        d0 = v0.fma(w3, d0);
        d1 = v1.fma(w3, d1);
        FloatVector w4 = FloatVector.broadcast(FLOAT, weights[i + 4 * STRIDE]);
        e0 = v0.fma(w4, e0);
        e1 = v1.fma(w4, e1);
        FloatVector w5 = FloatVector.broadcast(FLOAT, weights[i + 5 * STRIDE]);
        f0 = v0.fma(w5, f0);
        f1 = v1.fma(w5, f1);
        FloatVector w6 = FloatVector.broadcast(FLOAT, weights[i + 6 * STRIDE]);
        g0 = v0.fma(w6, g0);
        g1 = v1.fma(w6, g1);
        FloatVector w7 = FloatVector.broadcast(FLOAT, weights[i + 7 * STRIDE]);
        h0 = v0.fma(w7, h0);
        h1 = v1.fma(w7, h1);
      }
      t = end;
    }
    a0.intoArray(acc, out);
    a1.intoArray(acc, out + LANES);
    b0.intoArray(acc, out + headDim);
    b1.intoArray(acc, out + headDim + LANES);
    c0.intoArray(acc, out + 2 * headDim);
    c1.intoArray(acc, out + 2 * headDim + LANES);
    d0.intoArray(acc, out + 3 * headDim);
    d1.intoArray(acc, out + 3 * headDim + LANES);
    e0.intoArray(acc, out + 4 * headDim);
    e1.intoArray(acc, out + 4 * headDim + LANES);
    f0.intoArray(acc, out + 5 * headDim);
    f1.intoArray(acc, out + 5 * headDim + LANES);
    g0.intoArray(acc, out + 6 * headDim);
    g1.intoArray(acc, out + 6 * headDim + LANES);
    h0.intoArray(acc, out + 7 * headDim);
    h1.intoArray(acc, out + 7 * headDim + LANES);
  }

  private static void values4x2(
      MemorySegment base,
      long[] blocks,
      int d,
      float[] scales,
      int s,
      int first,
      int last,
      int blockTokens,
      float[] weights,
      int w,
      float[] acc,
      int out,
      int headDim) {
    base = FastMemory.base(base);
    FloatVector a0 = FloatVector.fromArray(FLOAT, acc, out);
    FloatVector a1 = FloatVector.fromArray(FLOAT, acc, out + LANES);
    FloatVector b0 = FloatVector.fromArray(FLOAT, acc, out + headDim);
    FloatVector b1 = FloatVector.fromArray(FLOAT, acc, out + headDim + LANES);
    FloatVector c0 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim);
    FloatVector c1 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim + LANES);
    FloatVector d0 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim);
    FloatVector d1 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim + LANES);
    int groups = headDim / GROUP;
    for (int t = first; t < last; ) {
      int slot = t % blockTokens;
      long o = blocks[t / blockTokens] + (long) slot * headDim + d;
      int end = Math.min(t - slot + blockTokens, last);
      for (int i = w + t; i < w + end; i++, o += headDim, s += groups) {
        FloatVector scale = FloatVector.broadcast(FLOAT, scales[s]);
        FloatVector v0 = quants(base, o).mul(scale);
        FloatVector v1 = quants(base, o + LANES).mul(scale);
        FloatVector w0 = FloatVector.broadcast(FLOAT, weights[i]);
        a0 = v0.fma(w0, a0);
        a1 = v1.fma(w0, a1);
        FloatVector w1 = FloatVector.broadcast(FLOAT, weights[i + STRIDE]);
        b0 = v0.fma(w1, b0);
        b1 = v1.fma(w1, b1);
        FloatVector w2 = FloatVector.broadcast(FLOAT, weights[i + 2 * STRIDE]);
        c0 = v0.fma(w2, c0);
        c1 = v1.fma(w2, c1);
        FloatVector w3 = FloatVector.broadcast(FLOAT, weights[i + 3 * STRIDE]);
        d0 = v0.fma(w3, d0);
        d1 = v1.fma(w3, d1);
      }
      t = end;
    }
    a0.intoArray(acc, out);
    a1.intoArray(acc, out + LANES);
    b0.intoArray(acc, out + headDim);
    b1.intoArray(acc, out + headDim + LANES);
    c0.intoArray(acc, out + 2 * headDim);
    c1.intoArray(acc, out + 2 * headDim + LANES);
    d0.intoArray(acc, out + 3 * headDim);
    d1.intoArray(acc, out + 3 * headDim + LANES);
  }

  private static void values1x2(
      MemorySegment base,
      long[] blocks,
      int d,
      float[] scales,
      int s,
      int first,
      int last,
      int blockTokens,
      float[] weights,
      int w,
      float[] acc,
      int out,
      int headDim) {
    base = FastMemory.base(base);
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    FloatVector a0 = FloatVector.fromArray(FLOAT, acc, out);
    FloatVector a1 = FloatVector.fromArray(FLOAT, acc, out + LANES);
    int groups = headDim / GROUP;
    for (int t = first; t < last; ) {
      int slot = t % blockTokens;
      long o = blocks[t / blockTokens] + (long) slot * headDim + d;
      int end = Math.min(t - slot + blockTokens, last);
      for (int i = w + t; i < w + end; i++, o += headDim, s += groups) {
        FloatVector scale = FloatVector.broadcast(FLOAT, scales[s]);
        FloatVector v0 = quants(base, o).mul(scale);
        FloatVector v1 = quants(base, o + LANES).mul(scale);
        FloatVector w0 = FloatVector.broadcast(FLOAT, weights[i]);
        a0 = v0.fma(w0, a0);
        a1 = v1.fma(w0, a1);
      }
      t = end;
    }
    a0.intoArray(acc, out);
    a1.intoArray(acc, out + LANES);
  }
}
