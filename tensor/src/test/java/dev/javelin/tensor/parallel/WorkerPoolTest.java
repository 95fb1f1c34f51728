package dev.javelin.tensor.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkerPoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void runsEachJobOnceOnEveryWorker(int threads) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      AtomicIntegerArray calls = new AtomicIntegerArray(threads);
      for (int i = 0; i < 2000; i++) {
        pool.run(
            (worker, workerCount) -> {
              assertEquals(threads, workerCount);
              calls.incrementAndGet(worker);
            });
      }
      for (int worker = 0; worker < threads; worker++) {
        assertEquals(2000, calls.get(worker));
      }
    }
  }

  @Test
  void resultsOfWorkersAreVisibleToTheCallerAndToTheNextJob() {
    try (WorkerPool pool = new WorkerPool(3)) {
      int[] values = new int[3];
      for (int i = 0; i < 5000; i++) {
        pool.run(
            (worker, workerCount) ->
                values[(worker + 1) % 3]++); // another worker's cell in each second job
        pool.run((worker, workerCount) -> values[worker]++);
      }
      assertArrayEquals(new int[] {10000, 10000, 10000}, values);
    }
  }

  @Test
  void parkedWorkersAreWokenByTheNextJob() throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(3)) {
      AtomicInteger calls = new AtomicInteger();
      for (int i = 0; i < 20; i++) {
        Thread.sleep(3); // longer than spinning and yielding together
        pool.run((worker, workerCount) -> calls.incrementAndGet());
      }
      assertEquals(60, calls.get());
    }
  }

  @Test
  void whatAWorkerThrowsReachesTheCallerAfterAllHaveFinishedAndThePoolStaysUsable() {
    try (WorkerPool pool = new WorkerPool(3)) {
      RuntimeException fault = new IllegalArgumentException("worker 2");
      AtomicInteger finished = new AtomicInteger();
      Job faulty =
          (worker, workerCount) -> {
            if (worker == 2) {
              throw fault;
            }
            finished.incrementAndGet();
          };
      assertSame(fault, assertThrows(IllegalArgumentException.class, () -> pool.run(faulty)));
      assertEquals(2, finished.get());
      pool.run((worker, workerCount) -> finished.incrementAndGet());
      assertEquals(5, finished.get());
    }
  }

  @Test
  void aFaultInTheCallersOwnShareStillWaitsForTheOthers() {
    try (WorkerPool pool = new WorkerPool(2)) {
      AtomicInteger finished = new AtomicInteger();
      Job faulty =
          (worker, workerCount) -> {
            if (worker == 0) {
              throw new AssertionError("caller");
            }
            long end = System.nanoTime() + 2_000_000;
            while (System.nanoTime() < end) {
              Thread.onSpinWait();
            }
            finished.incrementAndGet();
          };
      assertThrows(AssertionError.class, () -> pool.run(faulty));
      assertEquals(1, finished.get());
    }
  }

  @Test
  void refusesNestedAndLateJobs() {
    WorkerPool pool = new WorkerPool(1);
    assertThrows(
        IllegalStateException.class, () -> pool.run((worker, count) -> pool.run((w, c) -> {})));
    pool.close();
    pool.close();
    assertThrows(IllegalStateException.class, () -> pool.run((worker, count) -> {}));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new WorkerPool(0))
            .getMessage()
            .contains("threads=0"));
  }
}
