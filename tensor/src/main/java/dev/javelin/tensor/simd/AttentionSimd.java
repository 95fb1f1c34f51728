package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The two products of attention over blocks of keys or values, as F32 or F16: the Vector API twin
 * of the scalar kernel in {@code tensor.ops}, with the same bits.
 *
 * <p>Several query rows share each load of keys or values. Scores are computed for whole vectors of
 * tokens (keys are transposed), values for whole vectors of head components.
 */
public final class AttentionSimd {
  /** Query rows that one pass over the keys serves; a 256-bit CPU may have 16 registers only. */
  public static final int MAX_ROWS = SimdSupport.BITS == 256 ? 4 : 8;

  /**
   * Half of the 2^112 that a widened F16 lacks: on the query before, on the score after, so that
   * neither overflows.
   */
  public static final float HALF_SCALE = 0x1p56f;

  /** What F16 weights carry because a widened F16 value lacks it, and its exponent. */
  public static final float WEIGHT_SCALE = 0x1p112f;

  public static final int WEIGHT_EXPONENT = 112;

  /**
   * Floats between two rows of scores: the positions that are computed at a time, at most. A
   * constant, so that one register addresses all rows.
   */
  public static final int STRIDE = 512;

  /**
   * Tiles of at most so many query rows read Q8_0 in place at 512 bits; for more rows, and for
   * narrower vectors, which share a widened vector among fewer multiply-adds, a block is widened to
   * floats once.
   */
  public static final int ROWS_OF_QUANTS_IN_PLACE = LANES == 16 ? 16 : 0;

  private AttentionSimd() {}

  /**
   * How many rows the next pass takes when {@code rows} are left: the packing of the queries
   * follows it.
   */
  public static int rowsOfPass(int rows) {
    return rows >= MAX_ROWS ? MAX_ROWS : rows == 1 ? 1 : 4;
  }

  /**
   * scores[out + r * STRIDE + t] = q[r] . k[t] for all tokens of a block. Keys [headDim, tokens] at
   * {@code o} of {@code base}, F16 if {@code half}; then the queries carry {@link #HALF_SCALE}.
   * Queries are packed pass by pass, [headDim][rows of the pass]; the last pass may write up to
   * three rows more.
   */
  public static void scores(
      MemorySegment base,
      long o,
      boolean half,
      float[] q,
      int rows,
      int headDim,
      int tokens,
      float[] scores,
      int out) {
    if (half) {
      AttentionF16Simd.scores(base, o, q, rows, headDim, tokens, scores, out);
    } else {
      AttentionF32Simd.scores(base, o, q, rows, headDim, tokens, scores, out);
    }
  }

  /**
   * acc[r] += weights[r * STRIDE + t] * v[t] for the tokens t in [first, last) of a run of blocks.
   * The values of block i, [blockTokens, headDim], lie at {@code blocks[i]} of {@code base}, F16 if
   * {@code half}; then the weights carry {@link #WEIGHT_SCALE}. Up to three rows more of {@code
   * acc} [rows, headDim] may be written.
   */
  public static void addValues(
      MemorySegment base,
      long[] blocks,
      boolean half,
      int first,
      int last,
      int blockTokens,
      float[] weights,
      int rows,
      float[] acc,
      int headDim) {
    if (half) {
      AttentionF16Simd.addValues(
          base, blocks, first, last, blockTokens, weights, rows, acc, headDim);
    } else {
      AttentionF32Simd.addValues(
          base, blocks, first, last, blockTokens, weights, rows, acc, headDim);
    }
  }

  /**
   * The same as {@link #scores} over the keys of a Q8_0 block, in place; their scales, as floats
   * [headDim / 32, tokens], lie at {@code s} of {@code scales}.
   */
  public static void quantScores(
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
    AttentionQ8Simd.scores(base, o, scales, s, q, rows, headDim, tokens, scores, out);
  }

  /**
   * The same as {@link #addValues} over Q8_0 blocks, in place; the scales of all blocks, as floats
   * [tokens, headDim / 32], lie at {@code s} of {@code scales}.
   */
  public static void addQuantValues(
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
    AttentionQ8Simd.addValues(
        base, blocks, scales, s, first, last, blockTokens, weights, rows, acc, headDim);
  }

  /** acc[out..] = acc * keep + part[partOffset..] * take, for {@code headDim} components. */
  public static void rescale(
      float[] acc, int out, float keep, float[] part, int partOffset, float take, int headDim) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    int d = 0;
    for (; d + LANES <= headDim; d += LANES) {
      FloatVector.fromArray(FLOAT, acc, out + d)
          .fma(
              FloatVector.broadcast(FLOAT, keep),
              FloatVector.fromArray(FLOAT, part, partOffset + d).mul(take))
          .intoArray(acc, out + d);
    }
    for (; d < headDim; d++) {
      acc[out + d] = Math.fma(acc[out + d], keep, part[partOffset + d] * take);
    }
  }
}
