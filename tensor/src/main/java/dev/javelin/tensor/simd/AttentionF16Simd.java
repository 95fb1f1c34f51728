package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.AttentionSimd.STRIDE;
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
 * Attention over F16 keys and values: the same methods in the same order as {@link
 * AttentionF32Simd}, with loads that widen. Two F16 that belong 16 places apart lie side by side
 * ({@code KvBlockFormat}), so one vector of ints holds two vectors of them, and widening is a shift
 * and a mask. The bits of an F16 among those of an F32 leave the number 2^-112 too small; the
 * powers of two that make up for it ride on the other factor. A class of its own, because vectors
 * that come from two branches end up as objects.
 */
final class AttentionF16Simd {
  private static final int VECTOR_BYTES = LANES * Short.BYTES;
  private static final int SIGN_EXPONENT_MANTISSA = 0x8FFFE000;

  /** Tokens or components between the two halves of an int. */
  private static final int PAIR = 16;

  private static final int GROUP = 2 * PAIR;
  private static final int GROUP_BYTES = GROUP * Short.BYTES;

  private AttentionF16Simd() {}

  // Small pieces: C2 inlines methods of at most 35 bytes of bytecode and boxes what it does not
  // inline. None asks for FastMemory.base, a call that C2 takes for a rare one after some starts.

  private static IntVector pairs(MemorySegment base, long o) {
    return IntVector.fromMemorySegment(Species.INT, base, o, LITTLE_ENDIAN);
  }

  /** The lower halves as floats. */
  private static FloatVector low(IntVector pairs) {
    return high(pairs.lanewise(VectorOperators.LSHL, 16));
  }

  /** The upper halves as floats; what is left of the lower ones is masked away. */
  private static FloatVector high(IntVector pairs) {
    return pairs
        .lanewise(VectorOperators.ASHR, 3)
        .and(SIGN_EXPONENT_MANTISSA)
        .reinterpretAsFloats();
  }

  /** F16 that have no partner. */
  private static FloatVector load(MemorySegment base, long o) {
    return high(
        ((IntVector) shorts(base, o).castShape(Species.INT, 0)).lanewise(VectorOperators.LSHL, 16));
  }

  private static ShortVector shorts(MemorySegment base, long o) {
    return ShortVector.fromMemorySegment(SHORTS_OF_FLOATS, base, o, LITTLE_ENDIAN);
  }

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
    long step = (long) tokens * Short.BYTES;
    int paired = tokens & -GROUP;
    for (int r = 0, pass; r < rows; r += pass) {
      pass = AttentionSimd.rowsOfPass(rows - r);
      int from = r * headDim;
      int to = out + r * STRIDE;
      for (int t = 0; t < paired; t = nextOfGroup(t)) {
        long at = o + pairOffset(t);
        switch (pass) {
          case 8 -> scores8x2(base, at, step, q, from, headDim, scores, to + t);
          case 4 -> scores4x2(base, at, step, q, from, headDim, scores, to + t);
          default -> scores1x2(base, at, step, q, from, headDim, scores, to + t);
        }
      }
      for (int t = paired; t < tokens; t += LANES) { // blocks of an odd number of halves
        for (int i = 0; i < pass; i++) {
          long at = o + (long) t * Short.BYTES;
          int row = to + i * STRIDE;
          scoresOfOne(base, at, step, q, from + i, pass, headDim, scores, row + t);
        }
      }
    }
  }

  /** Bytes before the pair of which place {@code t} of its group is the lower half. */
  private static long pairOffset(int t) {
    return (long) ((t & -GROUP) + 2 * (t & (PAIR - 1))) * Short.BYTES;
  }

  /** The place after a vector of pairs that starts at {@code t}. */
  private static int nextOfGroup(int t) {
    int next = t + LANES;
    return (next & PAIR) == 0 ? next : (next & -GROUP) + GROUP;
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
    a.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out);
  }

  /**
   * acc[r] += weights[r * STRIDE + t] * v[t] for the tokens t in [first, last) of a run of blocks.
   * The values of block i, [blockTokens, headDim], lie at {@code blocks[i]} of {@code base}; the
   * weights carry {@link AttentionSimd#WEIGHT_SCALE}. Up to three rows more of {@code acc} [rows,
   * headDim] may be written.
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
    long step = (long) headDim * Short.BYTES;
    int paired = headDim & -GROUP;
    int doubled = SimdSupport.BITS == 256 ? 0 : headDim & -2 * GROUP;
    for (int r = 0, pass; r < rows; r += pass) {
      pass = rows - r == 1 ? 1 : 4;
      int w = r * STRIDE;
      int out = r * headDim;
      for (int group = 0; group < doubled; group += 2 * GROUP) {
        for (int i = 0; i < PAIR; i += LANES) {
          int d = group + i;
          long in = pairOffset(d);
          if (pass == 4) {
            values4x4(
                base,
                blocks,
                in,
                step,
                first,
                last,
                blockTokens,
                weights,
                w,
                acc,
                out + d,
                headDim);
          } else {
            values1x4(base, blocks, in, step, first, last, blockTokens, weights, w, acc, out + d);
          }
        }
      }
      for (int d = doubled; d < paired; d = nextOfGroup(d)) {
        long in = pairOffset(d);
        if (pass == 4) {
          values4x2(
              base, blocks, in, step, first, last, blockTokens, weights, w, acc, out + d, headDim);
        } else {
          values1x2(base, blocks, in, step, first, last, blockTokens, weights, w, acc, out + d);
        }
      }
      for (int i = 0; paired < headDim && i < pass; i++) {
        int row = w + i * STRIDE;
        int to = out + i * headDim;
        valuesOfOne(
            base, blocks, paired, step, first, last, blockTokens, weights, row, acc, to, headDim);
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
        load(base, o + (long) i * Short.BYTES)
            .fma(weight, FloatVector.fromArray(FLOAT, acc, out + i))
            .intoArray(acc, out + i);
      }
      for (; i < headDim; i++) {
        acc[out + i] =
            Math.fma(weights[w + t], value(base, o + (long) i * Short.BYTES), acc[out + i]);
      }
    }
  }

  private static float value(MemorySegment base, long o) {
    return Float.float16ToFloat(base.get(KvMemory.SHORT_LAYOUT, o)) / AttentionSimd.WEIGHT_SCALE;
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
      IntVector k = pairs(base, o);
      FloatVector k0 = low(k);
      FloatVector k1 = high(k);
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
    a0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out);
    a1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + PAIR);
    b0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + STRIDE);
    b1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + STRIDE + PAIR);
    c0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 2 * STRIDE);
    c1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 2 * STRIDE + PAIR);
    d0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 3 * STRIDE);
    d1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 3 * STRIDE + PAIR);
    e0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 4 * STRIDE);
    e1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 4 * STRIDE + PAIR);
    f0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 5 * STRIDE);
    f1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 5 * STRIDE + PAIR);
    g0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 6 * STRIDE);
    g1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 6 * STRIDE + PAIR);
    h0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 7 * STRIDE);
    h1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 7 * STRIDE + PAIR);
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
      IntVector k = pairs(base, o);
      FloatVector k0 = low(k);
      FloatVector k1 = high(k);
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
    a0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out);
    a1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + PAIR);
    b0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + STRIDE);
    b1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + STRIDE + PAIR);
    c0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 2 * STRIDE);
    c1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 2 * STRIDE + PAIR);
    d0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 3 * STRIDE);
    d1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + 3 * STRIDE + PAIR);
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
      IntVector k = pairs(base, o);
      FloatVector k0 = low(k);
      FloatVector k1 = high(k);
      FloatVector q0 = FloatVector.broadcast(FLOAT, q[i]);
      a0 = k0.fma(q0, a0);
      a1 = k1.fma(q0, a1);
    }
    a0.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out);
    a1.mul(AttentionSimd.HALF_SCALE).intoArray(scores, out + PAIR);
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
    FloatVector a1 = FloatVector.fromArray(FLOAT, acc, out + PAIR);
    FloatVector a2 = FloatVector.fromArray(FLOAT, acc, out + 2 * PAIR);
    FloatVector a3 = FloatVector.fromArray(FLOAT, acc, out + 3 * PAIR);
    FloatVector b0 = FloatVector.fromArray(FLOAT, acc, out + headDim);
    FloatVector b1 = FloatVector.fromArray(FLOAT, acc, out + headDim + PAIR);
    FloatVector b2 = FloatVector.fromArray(FLOAT, acc, out + headDim + 2 * PAIR);
    FloatVector b3 = FloatVector.fromArray(FLOAT, acc, out + headDim + 3 * PAIR);
    FloatVector c0 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim);
    FloatVector c1 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim + PAIR);
    FloatVector c2 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim + 2 * PAIR);
    FloatVector c3 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim + 3 * PAIR);
    FloatVector d0 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim);
    FloatVector d1 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim + PAIR);
    FloatVector d2 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim + 2 * PAIR);
    FloatVector d3 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim + 3 * PAIR);
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (int i = w + t; i < w + end; i++, o += step) {
        IntVector v = pairs(base, o);
        FloatVector v0 = low(v);
        FloatVector v1 = high(v);
        IntVector u = pairs(base, o + GROUP_BYTES);
        FloatVector v2 = low(u);
        FloatVector v3 = high(u);
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
    a1.intoArray(acc, out + PAIR);
    a2.intoArray(acc, out + 2 * PAIR);
    a3.intoArray(acc, out + 3 * PAIR);
    b0.intoArray(acc, out + headDim);
    b1.intoArray(acc, out + headDim + PAIR);
    b2.intoArray(acc, out + headDim + 2 * PAIR);
    b3.intoArray(acc, out + headDim + 3 * PAIR);
    c0.intoArray(acc, out + 2 * headDim);
    c1.intoArray(acc, out + 2 * headDim + PAIR);
    c2.intoArray(acc, out + 2 * headDim + 2 * PAIR);
    c3.intoArray(acc, out + 2 * headDim + 3 * PAIR);
    d0.intoArray(acc, out + 3 * headDim);
    d1.intoArray(acc, out + 3 * headDim + PAIR);
    d2.intoArray(acc, out + 3 * headDim + 2 * PAIR);
    d3.intoArray(acc, out + 3 * headDim + 3 * PAIR);
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
    FloatVector a1 = FloatVector.fromArray(FLOAT, acc, out + PAIR);
    FloatVector b0 = FloatVector.fromArray(FLOAT, acc, out + headDim);
    FloatVector b1 = FloatVector.fromArray(FLOAT, acc, out + headDim + PAIR);
    FloatVector c0 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim);
    FloatVector c1 = FloatVector.fromArray(FLOAT, acc, out + 2 * headDim + PAIR);
    FloatVector d0 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim);
    FloatVector d1 = FloatVector.fromArray(FLOAT, acc, out + 3 * headDim + PAIR);
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (int i = w + t; i < w + end; i++, o += step) {
        IntVector v = pairs(base, o);
        FloatVector v0 = low(v);
        FloatVector v1 = high(v);
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
    a1.intoArray(acc, out + PAIR);
    b0.intoArray(acc, out + headDim);
    b1.intoArray(acc, out + headDim + PAIR);
    c0.intoArray(acc, out + 2 * headDim);
    c1.intoArray(acc, out + 2 * headDim + PAIR);
    d0.intoArray(acc, out + 3 * headDim);
    d1.intoArray(acc, out + 3 * headDim + PAIR);
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
      int out) {
    base = FastMemory.base(base);
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    FloatVector a0 = FloatVector.fromArray(FLOAT, acc, out);
    FloatVector a1 = FloatVector.fromArray(FLOAT, acc, out + PAIR);
    FloatVector a2 = FloatVector.fromArray(FLOAT, acc, out + 2 * PAIR);
    FloatVector a3 = FloatVector.fromArray(FLOAT, acc, out + 3 * PAIR);
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (int i = w + t; i < w + end; i++, o += step) {
        IntVector v = pairs(base, o);
        FloatVector v0 = low(v);
        FloatVector v1 = high(v);
        IntVector u = pairs(base, o + GROUP_BYTES);
        FloatVector v2 = low(u);
        FloatVector v3 = high(u);
        FloatVector w0 = FloatVector.broadcast(FLOAT, weights[i]);
        a0 = v0.fma(w0, a0);
        a1 = v1.fma(w0, a1);
        a2 = v2.fma(w0, a2);
        a3 = v3.fma(w0, a3);
      }
      t = end;
    }
    a0.intoArray(acc, out);
    a1.intoArray(acc, out + PAIR);
    a2.intoArray(acc, out + 2 * PAIR);
    a3.intoArray(acc, out + 3 * PAIR);
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
      int out) {
    base = FastMemory.base(base);
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    FloatVector a0 = FloatVector.fromArray(FLOAT, acc, out);
    FloatVector a1 = FloatVector.fromArray(FLOAT, acc, out + PAIR);
    for (int t = first; t < last; ) {
      long o = blocks[t / blockTokens] + t % blockTokens * step + in;
      int end = Math.min(t - t % blockTokens + blockTokens, last);
      for (int i = w + t; i < w + end; i++, o += step) {
        IntVector v = pairs(base, o);
        FloatVector v0 = low(v);
        FloatVector v1 = high(v);
        FloatVector w0 = FloatVector.broadcast(FLOAT, weights[i]);
        a0 = v0.fma(w0, a0);
        a1 = v1.fma(w0, a1);
      }
      t = end;
    }
    a0.intoArray(acc, out);
    a1.intoArray(acc, out + PAIR);
  }
}
