package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static dev.javelin.tensor.simd.Species.SHORTS_OF_FLOATS;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The two products of attention over one block of keys or values, as F32 or F16: the Vector API twin of the scalar kernel in
 * {@code tensor.ops}, with the same bits.
 *
 * <p>Several query rows share each load of keys or values. Scores are computed for whole vectors of tokens (keys are
 * transposed), values for whole vectors of head components. F16 is widened by shifting its bits into an F32, which leaves the
 * number 2^-112 too small; the powers of two that make up for it ride on the other factor.
 */
public final class AttentionSimd {
  /** Query rows that one pass over the keys serves; a 256-bit CPU may have 16 registers only. */
  public static final int MAX_ROWS = SimdSupport.BITS == 256 ? 4 : 8;

  /** Half of the 2^112 that a widened F16 lacks: on the query before, on the score after, so that neither overflows. */
  public static final float HALF_SCALE = 0x1p56f;

  /** What F16 weights carry because a widened F16 value lacks it. */
  public static final float WEIGHT_SCALE = 0x1p112f;

  private static final int BYTES = LANES * Float.BYTES;
  private static final int HALF_BYTES = LANES * Short.BYTES;
  private static final int SIGN_EXPONENT_MANTISSA = 0x8FFFE000;

  private AttentionSimd() {}

  /** How many rows the next pass takes when {@code rows} are left: the packing of the queries follows it. */
  public static int rowsOfPass(int rows) {
    return rows >= MAX_ROWS ? MAX_ROWS : rows == 1 ? 1 : 4;
  }

  private static FloatVector load(MemorySegment memory, long o, boolean half) {
    MemorySegment base = FastMemory.base(memory); // again, so that the compiler sees the constant
    if (!half) {
      return FloatVector.fromMemorySegment(FLOAT, base, o, LITTLE_ENDIAN);
    }
    IntVector wide =
        (IntVector) ShortVector.fromMemorySegment(SHORTS_OF_FLOATS, base, o, LITTLE_ENDIAN).castShape(Species.INT, 0);
    return wide.lanewise(VectorOperators.LSHL, 13).and(SIGN_EXPONENT_MANTISSA).reinterpretAsFloats();
  }

  /**
   * scores[out + r * stride + t] = q[r] . k[t] for all tokens of a block. Keys [headDim, tokens] at {@code o} of {@code
   * base}, F16 if {@code half}. Queries are packed pass by pass, [headDim][rows of the pass]; the last pass may write up to
   * three rows more.
   */
  public static void scores(
      MemorySegment base, long o, boolean half, float[] q, int rows, int headDim, int tokens,
      float[] scores, int out, int stride) {
    int bytes = half ? Short.BYTES : Float.BYTES;
    long step = (long) tokens * bytes;
    float unscale = half ? HALF_SCALE : 1f;
    for (int r = 0, pass; r < rows; r += pass) {
      pass = rowsOfPass(rows - r);
      int from = r * headDim;
      int to = out + r * stride;
      int t = 0;
      for (; t + 2 * LANES <= tokens; t += 2 * LANES) {
        long at = o + (long) t * bytes;
        switch (pass) {
          case 8 -> scores8x2(base, at, step, half, q, from, headDim, scores, to + t, stride, unscale);
          case 4 -> scores4x2(base, at, step, half, q, from, headDim, scores, to + t, stride, unscale);
          default -> scores1x2(base, at, step, half, q, from, headDim, scores, to + t, stride, unscale);
        }
      }
      if (t < tokens) { // blocks of an odd number of vectors
        for (int i = 0; i < pass; i++) {
          scoresOfOne(base, o + (long) t * bytes, step, half, q, from + i, pass, headDim, scores, to + i * stride + t, unscale);
        }
      }
    }
  }

  private static void scoresOfOne(
      MemorySegment base, long o, long step, boolean half, float[] q, int qFrom, int qStep, int headDim,
      float[] scores, int out, float unscale) {
    FloatVector a = FloatVector.zero(FLOAT);
    for (int d = 0; d < headDim; d++, o += step) {
      a = load(base, o, half).fma(FloatVector.broadcast(FLOAT, q[qFrom + d * qStep]), a);
    }
    a.mul(unscale).intoArray(scores, out);
  }

  /**
   * acc[r] += weights[r * stride + t] * v[t] for the tokens t in [first, last) of a run of blocks. The values of block i,
   * [blockTokens, headDim], lie at {@code blocks[i]} of {@code base}, F16 if {@code half}; then the weights carry {@link
   * #WEIGHT_SCALE}. Up to three rows more of {@code acc} [rows, headDim] may be written.
   */
  public static void addValues(
      MemorySegment base, long[] blocks, boolean half, int first, int last, int blockTokens,
      float[] weights, int stride, int rows, float[] acc, int headDim) {
    int bytes = half ? Short.BYTES : Float.BYTES;
    long step = (long) headDim * bytes;
    for (int r = 0, pass; r < rows; r += pass) {
      pass = rows - r == 1 ? 1 : 4;
      int w = r * stride;
      int out = r * headDim;
      int d = 0;
      for (; SimdSupport.BITS != 256 && d + 4 * LANES <= headDim; d += 4 * LANES) {
        long in = (long) d * bytes;
        if (pass == 4) {
          values4x4(base, blocks, in, step, half, first, last, blockTokens, weights, w, stride, acc, out + d, headDim);
        } else {
          values1x4(base, blocks, in, step, half, first, last, blockTokens, weights, w, stride, acc, out + d, headDim);
        }
      }
      for (; d + 2 * LANES <= headDim; d += 2 * LANES) {
        long in = (long) d * bytes;
        if (pass == 4) {
          values4x2(base, blocks, in, step, half, first, last, blockTokens, weights, w, stride, acc, out + d, headDim);
        } else {
          values1x2(base, blocks, in, step, half, first, last, blockTokens, weights, w, stride, acc, out + d, headDim);
        }
      }
      for (int i = 0; d < headDim && i < pass; i++) {
        valuesOfOne(
            base, blocks, d, step, half, first, last, blockTokens, weights, w + i * stride, acc, out + i * headDim, headDim);
      }
    }
  }

  /** The head components from {@code d} on that do not fill two vectors, for one row. */
  private static void valuesOfOne(
      MemorySegment base, long[] blocks, int d, long step, boolean half, int first, int last, int blockTokens,
      float[] weights, int w, float[] acc, int out, int headDim) {
    int bytes = half ? Short.BYTES : Float.BYTES;
    for (int t = first; t < last; t++) {
      long o = blocks[t / blockTokens] + t % blockTokens * step;
      int i = d;
      for (; i + LANES <= headDim; i += LANES) {
        FloatVector weight = FloatVector.broadcast(FLOAT, weights[w + t]);
        load(base, o + (long) i * bytes, half)
            .fma(weight, FloatVector.fromArray(FLOAT, acc, out + i))
            .intoArray(acc, out + i);
      }
      for (; i < headDim; i++) {
        acc[out + i] = Math.fma(weights[w + t], value(base, o + (long) i * bytes, half), acc[out + i]);
      }
    }
  }

  private static float value(MemorySegment base, long o, boolean half) {
    return half
        ? Float.float16ToFloat(base.get(KvMemory.SHORT_LAYOUT, o)) / WEIGHT_SCALE
        : base.get(KvMemory.FLOAT_LAYOUT, o);
  }

  /** acc[out..] = acc * keep + part[partOffset..] * take, for {@code headDim} components. */
  public static void rescale(
      float[] acc, int out, float keep, float[] part, int partOffset, float take, int headDim) {
    int d = 0;
    for (; d + LANES <= headDim; d += LANES) {
      FloatVector.fromArray(FLOAT, acc, out + d)
          .fma(
              FloatVector.broadcast(FLOAT, keep), FloatVector.fromArray(FLOAT, part, partOffset + d).mul(take))
          .intoArray(acc, out + d);
    }
    for (; d < headDim; d++) {
      acc[out + d] = Math.fma(acc[out + d], keep, part[partOffset + d] * take);
    }
  }

  private static void scores8x2(
      MemorySegment base, long o, long step, boolean half, float[] q, int qFrom, int headDim,
      float[] scores, int out, int stride, float unscale) {
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
      FloatVector k0 = load(base, o, half);
      FloatVector k1 = load(base, o + (half ? HALF_BYTES : BYTES), half);
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
    a0.mul(unscale).intoArray(scores, out);
    a1.mul(unscale).intoArray(scores, out + LANES);
    b0.mul(unscale).intoArray(scores, out + stride);
    b1.mul(unscale).intoArray(scores, out + stride + LANES);
    c0.mul(unscale).intoArray(scores, out + 2 * stride);
    c1.mul(unscale).intoArray(scores, out + 2 * stride + LANES);
    d0.mul(unscale).intoArray(scores, out + 3 * stride);
    d1.mul(unscale).intoArray(scores, out + 3 * stride + LANES);
    e0.mul(unscale).intoArray(scores, out + 4 * stride);
    e1.mul(unscale).intoArray(scores, out + 4 * stride + LANES);
    f0.mul(unscale).intoArray(scores, out + 5 * stride);
    f1.mul(unscale).intoArray(scores, out + 5 * stride + LANES);
    g0.mul(unscale).intoArray(scores, out + 6 * stride);
    g1.mul(unscale).intoArray(scores, out + 6 * stride + LANES);
    h0.mul(unscale).intoArray(scores, out + 7 * stride);
    h1.mul(unscale).intoArray(scores, out + 7 * stride + LANES);
  }

  private static void scores4x2(
      MemorySegment base, long o, long step, boolean half, float[] q, int qFrom, int headDim,
      float[] scores, int out, int stride, float unscale) {
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    for (int i = qFrom, end = qFrom + 4 * headDim; i < end; i += 4, o += step) {
      FloatVector k0 = load(base, o, half);
      FloatVector k1 = load(base, o + (half ? HALF_BYTES : BYTES), half);
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
    a0.mul(unscale).intoArray(scores, out);
    a1.mul(unscale).intoArray(scores, out + LANES);
    b0.mul(unscale).intoArray(scores, out + stride);
    b1.mul(unscale).intoArray(scores, out + stride + LANES);
    c0.mul(unscale).intoArray(scores, out + 2 * stride);
    c1.mul(unscale).intoArray(scores, out + 2 * stride + LANES);
    d0.mul(unscale).intoArray(scores, out + 3 * stride);
    d1.mul(unscale).intoArray(scores, out + 3 * stride + LANES);
  }

  private static void scores1x2(
      MemorySegment base, long o, long step, boolean half, float[] q, int qFrom, int headDim,
      float[] scores, int out, int stride, float unscale) {
    FloatVector a0 = FloatVector.zero(FLOAT);
    FloatVector a1 = a0;
    for (int i = qFrom, end = qFrom + headDim; i < end; i++, o += step) {
      FloatVector k0 = load(base, o, half);
      FloatVector k1 = load(base, o + (half ? HALF_BYTES : BYTES), half);
      FloatVector q0 = FloatVector.broadcast(FLOAT, q[i]);
      a0 = k0.fma(q0, a0);
      a1 = k1.fma(q0, a1);
    }
    a0.mul(unscale).intoArray(scores, out);
    a1.mul(unscale).intoArray(scores, out + LANES);
  }

  private static void values4x4(
      MemorySegment base, long[] blocks, long in, long step, boolean half, int first, int last, int blockTokens,
      float[] weights, int w, int stride, float[] acc, int out, int headDim) {
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
    int wb = w + stride;
    int wc = wb + stride;
    int wd = wc + stride;
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (; t < end; t++, o += step) {
        FloatVector v0 = load(base, o, half);
        FloatVector v1 = load(base, o + (half ? HALF_BYTES : BYTES), half);
        FloatVector v2 = load(base, o + 2 * (half ? HALF_BYTES : BYTES), half);
        FloatVector v3 = load(base, o + 3 * (half ? HALF_BYTES : BYTES), half);
        FloatVector w0 = FloatVector.broadcast(FLOAT, weights[w + t]);
        a0 = v0.fma(w0, a0);
        a1 = v1.fma(w0, a1);
        a2 = v2.fma(w0, a2);
        a3 = v3.fma(w0, a3);
        FloatVector w1 = FloatVector.broadcast(FLOAT, weights[wb + t]);
        b0 = v0.fma(w1, b0);
        b1 = v1.fma(w1, b1);
        b2 = v2.fma(w1, b2);
        b3 = v3.fma(w1, b3);
        FloatVector w2 = FloatVector.broadcast(FLOAT, weights[wc + t]);
        c0 = v0.fma(w2, c0);
        c1 = v1.fma(w2, c1);
        c2 = v2.fma(w2, c2);
        c3 = v3.fma(w2, c3);
        FloatVector w3 = FloatVector.broadcast(FLOAT, weights[wd + t]);
        d0 = v0.fma(w3, d0);
        d1 = v1.fma(w3, d1);
        d2 = v2.fma(w3, d2);
        d3 = v3.fma(w3, d3);
      }
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
      MemorySegment base, long[] blocks, long in, long step, boolean half, int first, int last, int blockTokens,
      float[] weights, int w, int stride, float[] acc, int out, int headDim) {
    FloatVector a0 = FloatVector.fromArray(FLOAT, acc, out);
    FloatVector a1 = FloatVector.fromArray(FLOAT, acc, out + LANES);
    FloatVector b0 = FloatVector.fromArray(FLOAT, acc, out + headDim);
    FloatVector b1 = FloatVector.fromArray(FLOAT, acc, out + headDim + LANES);
    FloatVector c0 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim);
    FloatVector c1 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim + LANES);
    FloatVector d0 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim);
    FloatVector d1 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim + LANES);
    int wb = w + stride;
    int wc = wb + stride;
    int wd = wc + stride;
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (; t < end; t++, o += step) {
        FloatVector v0 = load(base, o, half);
        FloatVector v1 = load(base, o + (half ? HALF_BYTES : BYTES), half);
        FloatVector w0 = FloatVector.broadcast(FLOAT, weights[w + t]);
        a0 = v0.fma(w0, a0);
        a1 = v1.fma(w0, a1);
        FloatVector w1 = FloatVector.broadcast(FLOAT, weights[wb + t]);
        b0 = v0.fma(w1, b0);
        b1 = v1.fma(w1, b1);
        FloatVector w2 = FloatVector.broadcast(FLOAT, weights[wc + t]);
        c0 = v0.fma(w2, c0);
        c1 = v1.fma(w2, c1);
        FloatVector w3 = FloatVector.broadcast(FLOAT, weights[wd + t]);
        d0 = v0.fma(w3, d0);
        d1 = v1.fma(w3, d1);
      }
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
      MemorySegment base, long[] blocks, long in, long step, boolean half, int first, int last, int blockTokens,
      float[] weights, int w, int stride, float[] acc, int out, int headDim) {
    FloatVector a0 = FloatVector.fromArray(FLOAT, acc, out);
    FloatVector a1 = FloatVector.fromArray(FLOAT, acc, out + LANES);
    FloatVector a2 = FloatVector.fromArray(FLOAT, acc, out + 2 * LANES);
    FloatVector a3 = FloatVector.fromArray(FLOAT, acc, out + 3 * LANES);
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (; t < end; t++, o += step) {
        FloatVector v0 = load(base, o, half);
        FloatVector v1 = load(base, o + (half ? HALF_BYTES : BYTES), half);
        FloatVector v2 = load(base, o + 2 * (half ? HALF_BYTES : BYTES), half);
        FloatVector v3 = load(base, o + 3 * (half ? HALF_BYTES : BYTES), half);
        FloatVector w0 = FloatVector.broadcast(FLOAT, weights[w + t]);
        a0 = v0.fma(w0, a0);
        a1 = v1.fma(w0, a1);
        a2 = v2.fma(w0, a2);
        a3 = v3.fma(w0, a3);
      }
    }
    a0.intoArray(acc, out);
    a1.intoArray(acc, out + LANES);
    a2.intoArray(acc, out + 2 * LANES);
    a3.intoArray(acc, out + 3 * LANES);
  }

  private static void values1x2(
      MemorySegment base, long[] blocks, long in, long step, boolean half, int first, int last, int blockTokens,
      float[] weights, int w, int stride, float[] acc, int out, int headDim) {
    FloatVector a0 = FloatVector.fromArray(FLOAT, acc, out);
    FloatVector a1 = FloatVector.fromArray(FLOAT, acc, out + LANES);
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (; t < end; t++, o += step) {
        FloatVector v0 = load(base, o, half);
        FloatVector v1 = load(base, o + (half ? HALF_BYTES : BYTES), half);
        FloatVector w0 = FloatVector.broadcast(FLOAT, weights[w + t]);
        a0 = v0.fma(w0, a0);
        a1 = v1.fma(w0, a1);
      }
    }
    a0.intoArray(acc, out);
    a1.intoArray(acc, out + LANES);
  }
}
