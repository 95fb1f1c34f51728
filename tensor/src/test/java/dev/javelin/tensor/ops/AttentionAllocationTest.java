package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.tensor.AllocationMeter;
import dev.javelin.tensor.ops.AttentionOracle.Problem;
import dev.javelin.tensor.parallel.WorkerPool;
import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Warm attention allocates nothing: no queue entry, and no vector that was boxed. Runs with {@code
 * -Xbatch}.
 */
class AttentionAllocationTest {
  @ParameterizedTest
  @CsvSource({
    "F32,1,1",
    "F32,8,1",
    "F32,3,8",
    "F16,1,1",
    "F16,8,1",
    "F16,3,8",
    "Q8_0,1,1",
    "Q8_0,8,1",
    "Q8_0,13,1",
    "Q8_0,3,8"
  })
  void warmAttentionAllocatesNothing(KvType type, int group, int tokens) {
    try (Arena arena = Arena.ofShared();
        WorkerPool workers = new WorkerPool(1)) {
      Problem problem =
          new Problem(arena, new KvBlockFormat(type, 1, 64, 32), group, 300, tokens, 3);
      PagedAttention attention = problem.attention(workers, true);
      float[] out = new float[problem.q.length];
      long bytes =
          AllocationMeter.leastOfWarmCalls(
              () -> {
                attention.add(
                    problem.pool, problem.offsets, problem.position, tokens, problem.q, 0, out, 0);
                attention.run(0.125f, 0, null);
              });
      assertEquals(0, bytes, type + ": bytes allocated by 20 warm calls");
    }
  }
}
