package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.ops.AttentionOracle.Problem;
import dev.javelin.tensor.parallel.WorkerPool;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PagedAttentionTest {
  /** Float sums of a few hundred terms of size 1, weights with a relative error of 1e-7 each. */
  private static final double BOUND = 4e-6;

  private static WorkerPool one;
  private static WorkerPool three;

  @BeforeAll
  static void startWorkers() {
    one = new WorkerPool(1);
    three = new WorkerPool(3);
  }

  @AfterAll
  static void stopWorkers() {
    one.close();
    three.close();
  }

  private static void check(
      KvBlockFormat format, int heads, int context, int tokens, int window, boolean sinks) {
    try (Arena arena = Arena.ofShared()) {
      Problem problem = new Problem(arena, format, heads, context, tokens, context * 31L + tokens);
      float[] sink = sinks ? new float[heads] : null;
      for (int h = 0; sinks && h < heads; h++) {
        sink[h] = h - 1.5f;
      }
      float scale = (float) (1 / Math.sqrt(format.headDim()));
      float[] out = problem.run(three, scale, window, sink);
      double difference =
          AttentionOracle.largestDifference(problem.expected(scale, window, sink), out);
      assertArrayEquals(
          problem.run(problem.attention(one, false), scale, window, sink),
          out,
          "scalar and vector form");
      assertTrue(
          difference < BOUND,
          () ->
              "%s, heads=%d, context=%d, tokens=%d, window=%d, sinks=%s: off by %g"
                  .formatted(format, heads, context, tokens, window, sinks, difference));
    }
  }

  @Test
  void equalsTheFormulaForEveryTypeHeadSizeAndBlockSize() {
    for (KvType type : KvType.values()) {
      for (int headDim : new int[] {8, 16, 24, 32, 64, 80, 128}) {
        if (type == KvType.Q8_0 && headDim % 32 != 0) {
          continue;
        }
        for (int blockTokens : new int[] {16, 32, 48, 64}) {
          KvBlockFormat format = new KvBlockFormat(type, 2, headDim, blockTokens);
          check(format, 4, 77, 1, 0, true);
          check(format, 4, 333, 1, 0, false);
          check(format, 4, 53, 53, 0, true);
        }
      }
    }
  }

  @Test
  void equalsTheFormulaForEveryRatioOfHeads() {
    for (int group : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 16, 40}) {
      for (KvType type : new KvType[] {KvType.F16, KvType.Q8_0}) {
        KvBlockFormat format = new KvBlockFormat(type, 2, 32, 32);
        check(format, 2 * group, 61, 1, 0, false);
        check(format, 2 * group, 61, 61, 0, true);
      }
    }
  }

  @Test
  void equalsTheFormulaForEveryWindowAndPosition() {
    KvBlockFormat format = new KvBlockFormat(KvType.F32, 1, 16, 16);
    for (int window : new int[] {0, 1, 2, 15, 16, 17, 128, 300}) {
      for (int context : new int[] {1, 2, 15, 16, 17, 31, 33, 255, 256, 257, 600}) {
        check(format, 3, context, 1, window, true);
        check(format, 3, context, Math.min(context, 40), window, false);
      }
    }
  }

  @Test
  void looksAtNoBlockBeforeTheWindow() {
    try (Arena arena = Arena.ofShared()) {
      Problem problem = new Problem(arena, new KvBlockFormat(KvType.F16, 2, 64, 32), 8, 700, 3, 1);
      float[] all = problem.run(one, 0.125f, 128, null);
      Arrays.fill(problem.offsets, 0, (697 - 127) / 32, -1);
      assertArrayEquals(all, problem.run(one, 0.125f, 128, null));
    }
  }

  @Test
  void hasTheSameBitsAtEveryNumberOfThreads() {
    try (Arena arena = Arena.ofShared();
        WorkerPool two = new WorkerPool(2)) {
      for (int tokens : new int[] {1, 5, 64}) {
        Problem problem =
            new Problem(arena, new KvBlockFormat(KvType.F16, 3, 64, 32), 9, 1100, tokens, tokens);
        float[] alone = problem.run(one, 0.125f, 0, null);
        assertArrayEquals(alone, problem.run(two, 0.125f, 0, null));
        assertArrayEquals(alone, problem.run(three, 0.125f, 0, null));
      }
    }
  }

  @Test
  void givesEachQueryTheSameBitsAloneInAChunkAndBesideOtherSequences() {
    try (Arena arena = Arena.ofShared()) {
      KvBlockFormat format = new KvBlockFormat(KvType.Q8_0, 2, 64, 32);
      Problem a = new Problem(arena, format, 8, 411, 37, 5);
      Problem b = new Problem(arena, format, 8, 90, 1, 6);
      PagedAttention attention = a.attention(three, true);
      float[] whole = a.run(attention, 0.125f, 200, null);
      float[] other = b.run(attention, 0.125f, 200, null);
      float[] mixedA = new float[whole.length];
      float[] mixedB = new float[other.length];
      attention.add(b.pool, b.offsets, b.position, 1, b.q, 0, mixedB, 0);
      int row = 8 * 64;
      for (int t = 0; t < 37; t += 5) {
        attention.add(
            a.pool, a.offsets, a.position + t, Math.min(5, 37 - t), a.q, t * row, mixedA, t * row);
      }
      attention.run(0.125f, 200, null);
      assertArrayEquals(whole, mixedA);
      assertArrayEquals(other, mixedB);
    }
  }

  @Test
  void readsAnF16CacheAsAnF32CacheOfTheRoundedNumbers() {
    try (Arena arena = Arena.ofShared()) {
      Problem rounded = new Problem(arena, new KvBlockFormat(KvType.F16, 2, 64, 32), 6, 300, 9, 3);
      KvBlockFormat exact = new KvBlockFormat(KvType.F32, 2, 64, 32);
      Problem same = new Problem(arena, exact, 6, 300, 9, 3);
      for (int p = 0; p < 300; p++) {
        exact.write(
            same.pool,
            same.offsets[p / 32],
            p % 32,
            rounded.keys,
            p * 128,
            rounded.values,
            p * 128);
      }
      assertArrayEquals(rounded.run(one, 0.125f, 0, null), same.run(one, 0.125f, 0, null));
    }
  }

  @Test
  void readsAQ8CacheAsAnF32CacheOfTheRoundedNumbers() {
    try (Arena arena = Arena.ofShared()) {
      for (int tokens : new int[] {1, 2, 3, 9}) { // 3 to 27 rows: in place and through a tile
        KvBlockFormat quants = new KvBlockFormat(KvType.Q8_0, 2, 64, 32);
        Problem rounded = new Problem(arena, quants, 6, 300, tokens, 3);
        KvBlockFormat exact = new KvBlockFormat(KvType.F32, 2, 64, 32);
        Problem same = new Problem(arena, exact, 6, 300, tokens, 3);
        for (int p = 0; p < 300; p++) {
          exact.write(
              same.pool,
              same.offsets[p / 32],
              p % 32,
              rounded.keys,
              p * 128,
              rounded.values,
              p * 128);
        }
        assertArrayEquals(rounded.run(one, 0.125f, 100, null), same.run(one, 0.125f, 100, null));
      }
    }
  }

  @Test
  void survivesScoresFarApart() {
    try (Arena arena = Arena.ofShared()) {
      Problem problem = new Problem(arena, new KvBlockFormat(KvType.F32, 1, 64, 32), 2, 600, 2, 3);
      double[] expected = problem.expected(4f, 0, null); // scores of +-1000
      assertTrue(AttentionOracle.largestDifference(expected, problem.run(one, 4f, 0, null)) < 1e-3);
    }
  }

  @Test
  void answersAtOnceAndChangesToVectorsUnnoticed() throws InterruptedException {
    try (Arena arena = Arena.ofShared()) {
      Problem problem = new Problem(arena, new KvBlockFormat(KvType.F16, 2, 16, 32), 4, 40, 7, 3);
      VectorForm form = AttentionRace.of(problem.format, 4);
      PagedAttention attention = new PagedAttention(one, 4, problem.format, form);
      float[] first = problem.run(attention, 0.25f, 0, null);
      form.worked(Long.MAX_VALUE);
      for (int i = 0; i < 300 && !form.ready(); i++) {
        Thread.sleep(10);
        assertArrayEquals(first, problem.run(attention, 0.25f, 0, null));
      }
      assertArrayEquals(first, problem.run(attention, 0.25f, 0, null));
    }
  }
}
