package dev.javelin.tensor.ops;

import dev.javelin.tensor.simd.AttentionSimd;
import java.util.Arrays;

/**
 * The arithmetic of attention over one partition of the context, in plain Java. A tile has {@code
 * rows} query rows that share one KV head.
 *
 * <p>Each number is computed in one order that depends on its row and on positions alone, never on
 * the other rows of the tile, the vector width or the number of threads: scores add up over head
 * dimensions in order, weighted values over positions in order, sums of weights over 16 interleaved
 * lanes.
 */
final class AttentionKernel {
  static final int LANES = 16;

  private AttentionKernel() {}

  /**
   * scores[r, from + t] = q[r] . k[t] for the {@code tokens} tokens of one block; keys: [headDim,
   * tokens].
   */
  static void scores(
      float[] q,
      int rows,
      int headDim,
      float[] keys,
      int tokens,
      float[] scores,
      int from,
      int stride) {
    for (int r = 0; r < rows; r++) {
      int out = r * stride + from;
      Arrays.fill(scores, out, out + tokens, 0f);
      for (int d = 0; d < headDim; d++) {
        float factor = q[r * headDim + d];
        for (int t = 0; t < tokens; t++) {
          scores[out + t] = Math.fma(factor, keys[d * tokens + t], scores[out + t]);
        }
      }
    }
  }

  /** The largest of x[from, to) of one row; the rest of [first, last) becomes minus infinity. */
  static float max(float[] x, int offset, int first, int last, int from, int to) {
    float max = Float.NEGATIVE_INFINITY;
    for (int t = first; t < last; t++) {
      x[offset + t] = t < from || t >= to ? Float.NEGATIVE_INFINITY : x[offset + t];
      max = Math.max(max, x[offset + t]);
    }
    return max;
  }

  /**
   * Turns the scores x[first, last) of one row, whose largest is {@code max}, into 2^(x - max), and
   * minus infinity into 0; the sums of 16 interleaved lanes are left in {@code lanes}.
   */
  static void weights(float[] x, int offset, int first, int last, float max, float[] lanes) {
    Arrays.fill(lanes, 0, LANES, 0f);
    for (int t = first; t < last; t++) {
      // a row that sees nothing here has no max
      float weight = max == Float.NEGATIVE_INFINITY ? 0f : Exp2.exp2(x[offset + t] - max);
      x[offset + t] = weight;
      lanes[t % LANES] += weight;
    }
  }

  /** The sum of 16 lanes, halves first. */
  static float sumOfLanes(float[] x, int o) {
    float a = (x[o] + x[o + 8]) + (x[o + 4] + x[o + 12]);
    float b = (x[o + 1] + x[o + 9]) + (x[o + 5] + x[o + 13]);
    float c = (x[o + 2] + x[o + 10]) + (x[o + 6] + x[o + 14]);
    float d = (x[o + 3] + x[o + 11]) + (x[o + 7] + x[o + 15]);
    return (a + c) + (b + d);
  }

  /**
   * acc[r] += weights[r, from + t] * v[t] for tokens t in [first, last) of one block; values:
   * [tokens, headDim].
   */
  static void addValues(
      float[] weights,
      int from,
      int stride,
      int rows,
      float[] values,
      int first,
      int last,
      int headDim,
      float[] acc) {
    for (int r = 0; r < rows; r++) {
      int out = r * headDim;
      for (int t = first; t < last; t++) {
        float weight = weights[r * stride + from + t];
        for (int d = 0; d < headDim; d++) {
          acc[out + d] = Math.fma(weight, values[t * headDim + d], acc[out + d]);
        }
      }
    }
  }

  /**
   * Adds one partition's (max, sum, values) to the running ones of a row: both are rescaled to the
   * larger max. A partition of which the row sees nothing (max = -infinity) changes nothing.
   */
  static void merge(
      float[] max,
      float[] sum,
      float[] acc,
      int row,
      float partMax,
      float partSum,
      float[] part,
      int partOffset,
      int headDim,
      boolean vectors) {
    if (partMax == Float.NEGATIVE_INFINITY) {
      return;
    }
    float newMax = Math.max(max[row], partMax);
    float keep = max[row] == newMax ? 1f : Exp2.exp2(max[row] - newMax); // 2^0 is exactly 1
    float take = partMax == newMax ? 1f : Exp2.exp2(partMax - newMax);
    max[row] = newMax;
    sum[row] = Math.fma(sum[row], keep, partSum * take);
    if (vectors) {
      AttentionSimd.rescale(acc, row * headDim, keep, part, partOffset, take, headDim);
    } else {
      rescale(acc, row * headDim, keep, part, partOffset, take, headDim);
    }
  }

  /** acc = acc * keep + part * take. */
  private static void rescale(
      float[] acc, int out, float keep, float[] part, int partOffset, float take, int headDim) {
    for (int d = 0; d < headDim; d++) {
      acc[out + d] = Math.fma(acc[out + d], keep, part[partOffset + d] * take);
    }
  }
}
