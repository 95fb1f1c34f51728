package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.AttentionSimd.STRIDE;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Attention over F32 keys and values. A kernel is named after the query rows that share a load and
 * the vectors of tokens (scores) or of head components (values) that it works on at a time.
 */
final class AttentionF32Simd {
  private static final int VECTOR_BYTES = LANES * Float.BYTES;

  private AttentionF32Simd() {}

  /**
   * scores[out + r * STRIDE + t] = q[r] . k[t] for all tokens of a block. Keys [headDim, tokens] at
   * {@code o} of {@code base}. Queries are packed pass by pass, [headDim][rows of the pass]; the
   * last pass may write up to three rows more.
   */
  static void scores(
      MemorySegment base,
      long o,
      float[] q,
      int rows,
      int headDim,
      int tokens,
      float[] scores,
      int out) {
    long step = (long) tokens * Float.BYTES;
    for (int r = 0, pass; r < rows; r += pass) {
      pass = AttentionSimd.rowsOfPass(rows - r);
      int from = r * headDim;
      int to = out + r * STRIDE;
      int t = 0;
      for (; t + 2 * LANES <= tokens; t += 2 * LANES) {
        long at = o + (long) t * Float.BYTES;
        switch (pass) {
          case 8 -> scores8x2(base, at, step, q, from, headDim, scores, to + t);
          case 4 -> scores4x2(base, at, step, q, from, headDim, scores, to + t);
          default -> scores1x2(base, at, step, q, from, headDim, scores, to + t);
        }
      }
      if (t < tokens) { // blocks of an odd number of vectors
        for (int i = 0; i < pass; i++) {
          scoresOfOne(
              base,
              o + (long) t * Float.BYTES,
              step,
              q,
              from + i,
              pass,
              headDim,
              scores,
              to + i * STRIDE + t);
        }
      }
    }
  }

  private static void scoresOfOne(
      MemorySegment base,
      long o,
      long step,
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
    for (int d = 0; d < headDim; d++, o += step) {
      a = load(base, o).fma(FloatVector.broadcast(FLOAT, q[qFrom + d * qStep]), a);
    }
    a.intoArray(scores, out);
  }

  /**
   * acc[r] += weights[r * STRIDE + t] * v[t] for the tokens t in [first, last) of a run of blocks.
   * The values of block i, [blockTokens, headDim], lie at {@code blocks[i]} of {@code base}. Up to
   * three rows more of {@code acc} [rows, headDim] may be written.
   */
  static void addValues(
      MemorySegment base,
      long[] blocks,
      int first,
      int last,
      int blockTokens,
      float[] weights,
      int rows,
      float[] acc,
      int headDim) {
    long step = (long) headDim * Float.BYTES;
    for (int r = 0, pass; r < rows; r += pass) {
      pass = rows - r == 1 ? 1 : 4;
      int w = r * STRIDE;
      int out = r * headDim;
      int d = 0;
      for (; SimdSupport.BITS != 256 && d + 4 * LANES <= headDim; d += 4 * LANES) {
        long in = (long) d * Float.BYTES;
        if (pass == 4) {
          values4x4(
              base, blocks, in, step, first, last, blockTokens, weights, w, acc, out + d, headDim);
        } else {
          values1x4(
              base, blocks, in, step, first, last, blockTokens, weights, w, acc, out + d, headDim);
        }
      }
      for (; d + 2 * LANES <= headDim; d += 2 * LANES) {
        long in = (long) d * Float.BYTES;
        if (pass == 4) {
          values4x2(
              base, blocks, in, step, first, last, blockTokens, weights, w, acc, out + d, headDim);
        } else {
          values1x2(
              base, blocks, in, step, first, last, blockTokens, weights, w, acc, out + d, headDim);
        }
      }
      for (int i = 0; d < headDim && i < pass; i++) {
        valuesOfOne(
            base,
            blocks,
            d,
            step,
            first,
            last,
            blockTokens,
            weights,
            w + i * STRIDE,
            acc,
            out + i * headDim,
            headDim);
      }
    }
  }

  /** The head components from {@code d} on that do not fill two vectors, for one row. */
  private static void valuesOfOne(
      MemorySegment base,
      long[] blocks,
      int d,
      long step,
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
    for (int t = first; t < last; t++) {
      long o = blocks[t / blockTokens] + t % blockTokens * step;
      int i = d;
      for (; i + LANES <= headDim; i += LANES) {
        FloatVector weight = FloatVector.broadcast(FLOAT, weights[w + t]);
        load(base, o + (long) i * Float.BYTES)
            .fma(weight, FloatVector.fromArray(FLOAT, acc, out + i))
            .intoArray(acc, out + i);
      }
      for (; i < headDim; i++) {
        acc[out + i] =
            Math.fma(weights[w + t], value(base, o + (long) i * Float.BYTES), acc[out + i]);
      }
    }
  }

  private static float value(MemorySegment base, long o) {
    return base.get(KvMemory.FLOAT_LAYOUT, o);
  }

  private static void scores8x2(
      MemorySegment base,
      long o,
      long step,
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
    for (int i = qFrom, end = qFrom + 8 * headDim; i < end; i += 8, o += step) {
      FloatVector k0 = load(base, o);
      FloatVector k1 = load(base, o + VECTOR_BYTES);
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
      long step,
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
    for (int i = qFrom, end = qFrom + 4 * headDim; i < end; i += 4, o += step) {
      FloatVector k0 = load(base, o);
      FloatVector k1 = load(base, o + VECTOR_BYTES);
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
      long step,
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
    for (int i = qFrom, end = qFrom + headDim; i < end; i++, o += step) {
      FloatVector k0 = load(base, o);
      FloatVector k1 = load(base, o + VECTOR_BYTES);
      FloatVector q0 = FloatVector.broadcast(FLOAT, q[i]);
      a0 = k0.fma(q0, a0);
      a1 = k1.fma(q0, a1);
    }
    a0.intoArray(scores, out);
    a1.intoArray(scores, out + LANES);
  }

  private static void values4x4(
      MemorySegment base,
      long[] blocks,
      long in,
      long step,
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
    FloatVector a2 = FloatVector.fromArray(FLOAT, acc, out + 2 * LANES);
    FloatVector a3 = FloatVector.fromArray(FLOAT, acc, out + 3 * LANES);
    FloatVector b0 = FloatVector.fromArray(FLOAT, acc, out + headDim);
    FloatVector b1 = FloatVector.fromArray(FLOAT, acc, out + headDim + LANES);
    FloatVector b2 = FloatVector.fromArray(FLOAT, acc, out + headDim + 2 * LANES);
    FloatVector b3 = FloatVector.fromArray(FLOAT, acc, out + headDim + 3 * LANES);
    FloatVector c0 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim);
    FloatVector c1 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim + LANES);
    FloatVector c2 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim + 2 * LANES);
    FloatVector c3 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim + 3 * LANES);
    FloatVector d0 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim);
    FloatVector d1 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim + LANES);
    FloatVector d2 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim + 2 * LANES);
    FloatVector d3 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim + 3 * LANES);
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (int i = w + t; i < w + end; i++, o += step) {
        FloatVector v0 = load(base, o);
        FloatVector v1 = load(base, o + VECTOR_BYTES);
        FloatVector v2 = load(base, o + 2 * VECTOR_BYTES);
        FloatVector v3 = load(base, o + 3 * VECTOR_BYTES);
        FloatVector w0 = FloatVector.broadcast(FLOAT, weights[i]);
        a0 = v0.fma(w0, a0);
        a1 = v1.fma(w0, a1);
        a2 = v2.fma(w0, a2);
        a3 = v3.fma(w0, a3);
        FloatVector w1 = FloatVector.broadcast(FLOAT, weights[i + STRIDE]);
        b0 = v0.fma(w1, b0);
        b1 = v1.fma(w1, b1);
        b2 = v2.fma(w1, b2);
        b3 = v3.fma(w1, b3);
        FloatVector w2 = FloatVector.broadcast(FLOAT, weights[i + 2 * STRIDE]);
        c0 = v0.fma(w2, c0);
        c1 = v1.fma(w2, c1);
        c2 = v2.fma(w2, c2);
        c3 = v3.fma(w2, c3);
        FloatVector w3 = FloatVector.broadcast(FLOAT, weights[i + 3 * STRIDE]);
        d0 = v0.fma(w3, d0);
        d1 = v1.fma(w3, d1);
        d2 = v2.fma(w3, d2);
        d3 = v3.fma(w3, d3);
      }
      t = end;
    }
    a0.intoArray(acc, out);
    a1.intoArray(acc, out + LANES);
    a2.intoArray(acc, out + 2 * LANES);
    a3.intoArray(acc, out + 3 * LANES);
    b0.intoArray(acc, out + headDim);
    b1.intoArray(acc, out + headDim + LANES);
    b2.intoArray(acc, out + headDim + 2 * LANES);
    b3.intoArray(acc, out + headDim + 3 * LANES);
    c0.intoArray(acc, out + 2 * headDim);
    c1.intoArray(acc, out + 2 * headDim + LANES);
    c2.intoArray(acc, out + 2 * headDim + 2 * LANES);
    c3.intoArray(acc, out + 2 * headDim + 3 * LANES);
    d0.intoArray(acc, out + 3 * headDim);
    d1.intoArray(acc, out + 3 * headDim + LANES);
    d2.intoArray(acc, out + 3 * headDim + 2 * LANES);
    d3.intoArray(acc, out + 3 * headDim + 3 * LANES);
  }

  private static void values4x2(
      MemorySegment base,
      long[] blocks,
      long in,
      long step,
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
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (int i = w + t; i < w + end; i++, o += step) {
        FloatVector v0 = load(base, o);
        FloatVector v1 = load(base, o + VECTOR_BYTES);
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

  private static void values1x4(
      MemorySegment base,
      long[] blocks,
      long in,
      long step,
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
    FloatVector a2 = FloatVector.fromArray(FLOAT, acc, out + 2 * LANES);
    FloatVector a3 = FloatVector.fromArray(FLOAT, acc, out + 3 * LANES);
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (int i = w + t; i < w + end; i++, o += step) {
        FloatVector v0 = load(base, o);
        FloatVector v1 = load(base, o + VECTOR_BYTES);
        FloatVector v2 = load(base, o + 2 * VECTOR_BYTES);
        FloatVector v3 = load(base, o + 3 * VECTOR_BYTES);
        FloatVector w0 = FloatVector.broadcast(FLOAT, weights[i]);
        a0 = v0.fma(w0, a0);
        a1 = v1.fma(w0, a1);
        a2 = v2.fma(w0, a2);
        a3 = v3.fma(w0, a3);
      }
      t = end;
    }
    a0.intoArray(acc, out);
    a1.intoArray(acc, out + LANES);
    a2.intoArray(acc, out + 2 * LANES);
    a3.intoArray(acc, out + 3 * LANES);
  }

  private static void values1x2(
      MemorySegment base,
      long[] blocks,
      long in,
      long step,
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
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (int i = w + t; i < w + end; i++, o += step) {
        FloatVector v0 = load(base, o);
        FloatVector v1 = load(base, o + VECTOR_BYTES);
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
