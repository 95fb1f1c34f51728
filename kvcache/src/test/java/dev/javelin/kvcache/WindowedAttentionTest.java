package dev.javelin.kvcache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.ops.PagedAttention;
import dev.javelin.tensor.parallel.WorkerPool;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowedAttentionTest {
  /**
   * Layer 0 keeps everything, layer 1 only what its window reaches; both get the same keys, values
   * and window.
   */
  @Test
  void aWindowedPoolAnswersAsAFullOneWithAMask() {
    Random random = new Random(4);
    try (KvCache cache = mixedPair();
        WorkerPool workers = new WorkerPool(2);
        KvSequence sequence = cache.openUncached()) {
      PagedAttention attention = new PagedAttention(workers, 2, Caches.FORMAT);
      for (int chunk : new int[] {30, 1, 1, 50, 7, 1, 100, 1, 33}) {
        int position = sequence.length();
        assertTrue(sequence.reserve(chunk));
        float[] k = numbers(random, chunk * 8);
        float[] v = numbers(random, chunk * 8);
        float[] q = numbers(random, chunk * 16);
        float[][] out = new float[2][q.length];
        for (int layer = 0; layer < 2; layer++) {
          sequence.write(layer, position, chunk, k, 0, v, 0);
          attention.add(
              sequence.memory(layer),
              sequence.blockOffsets(layer),
              position,
              chunk,
              q,
              0,
              out[layer],
              0);
          attention.run(0.35f, Caches.WINDOW, null);
        }
        assertArrayEquals(out[0], out[1]);
        sequence.appendTokens(new int[chunk], 0, chunk);
      }
      assertTrue(sequence.blockCount(1) < sequence.blockCount(0) - 5);
    }
  }

  private static KvCache mixedPair() {
    return new KvCache(
        KvLayout.of(Caches.FORMAT, new int[] {0, Caches.WINDOW}), new KvPoolSize(20, 11));
  }

  private static float[] numbers(Random random, int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
