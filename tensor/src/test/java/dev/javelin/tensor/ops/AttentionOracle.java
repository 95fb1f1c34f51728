package dev.javelin.tensor.ops;

import dev.javelin.tensor.parallel.WorkerPool;
import dev.javelin.tensor.simd.SimdSupport;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * Random attention problems in scattered blocks, and their answers in double arithmetic straight
 * from the formula.
 */
final class AttentionOracle {
  /**
   * One sequence with everything in its blocks and {@code tokens} queries at the end of {@code
   * context} positions.
   */
  static final class Problem {
    final KvBlockFormat format;
    final int headCount;
    final int position;
    final int tokens;
    final MemorySegment pool;
    final long[] offsets;
    final float[] q;
    final float[] keys; // [context, kvHeads, headDim] as the cache type rounds them
    final float[] values;

    Problem(Arena arena, KvBlockFormat format, int headCount, int context, int tokens, long seed) {
      this.format = format;
      this.headCount = headCount;
      this.position = context - tokens;
      this.tokens = tokens;
      Random random = new Random(seed);
      int blocks = Math.ceilDiv(context, format.blockTokens());
      pool = arena.allocate((blocks + 2) * format.bytesPerLayer(), 64);
      pool.fill((byte) 0xff); // NaN as F32 and F16: unwritten slots must never matter
      offsets = new long[blocks];
      for (int b = 0; b < blocks; b++) { // odd blocks from the end, even ones from the start
        offsets[b] = (b % 2 == 0 ? b / 2 : blocks + 1 - b / 2) * format.bytesPerLayer();
      }
      int row = format.kvHeadCount() * format.headDim();
      keys = new float[context * row];
      values = new float[context * row];
      float[] k = new float[row];
      float[] v = new float[row];
      for (int p = 0; p < context; p++) {
        fill(k, random, 1.5f);
        fill(v, random, 1f);
        long block = offsets[p / format.blockTokens()];
        format.write(pool, block, p % format.blockTokens(), k, 0, v, 0);
        format.read(pool, block, p % format.blockTokens(), keys, p * row, values, p * row);
      }
      q = new float[tokens * headCount * format.headDim()];
      fill(q, random, 1.5f);
    }

    float[] run(PagedAttention attention, float scale, int window, float[] sinks) {
      float[] out = new float[q.length];
      attention.add(pool, offsets, position, tokens, q, 0, out, 0);
      attention.run(scale, window, sinks);
      return out;
    }

    float[] run(WorkerPool workers, float scale, int window, float[] sinks) {
      return run(attention(workers, true), scale, window, sinks);
    }

    /**
     * Vector kernels or, where there are none, scalar ones; {@code vectors} = false: scalar ones in
     * any case.
     */
    PagedAttention attention(WorkerPool workers, boolean vectors) {
      boolean available = vectors && SimdSupport.available();
      return new PagedAttention(workers, headCount, format, VectorForm.fixed(available));
    }

    double[] expected(float scale, int window, float[] sinks) {
      int dim = format.headDim();
      int row = format.kvHeadCount() * dim;
      double[] out = new double[q.length];
      for (int t = 0; t < tokens; t++) {
        for (int h = 0; h < headCount; h++) {
          int p = position + t;
          int first = window == 0 ? 0 : Math.max(0, p - window + 1);
          int kv = h / (headCount / format.kvHeadCount()) * dim;
          int o = (t * headCount + h) * dim;
          double sum = sinks == null ? 0 : Math.exp(sinks[h]);
          for (int s = first; s <= p; s++) {
            double score = 0;
            for (int d = 0; d < dim; d++) {
              score += (double) q[o + d] * keys[s * row + kv + d];
            }
            double weight = Math.exp(score * scale);
            sum += weight;
            for (int d = 0; d < dim; d++) {
              out[o + d] += weight * values[s * row + kv + d];
            }
          }
          for (int d = 0; d < dim; d++) {
            out[o + d] /= sum;
          }
        }
      }
      return out;
    }
  }

  private AttentionOracle() {}

  static void fill(float[] x, Random random, float scale) {
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian() * scale;
    }
  }

  static double largestDifference(double[] expected, float[] actual) {
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(expected[i] - actual[i]);
      largest = difference <= largest ? largest : difference; // NaN counts as larger
    }
    return largest;
  }
}
