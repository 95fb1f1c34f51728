package dev.javelin.bench;

import dev.javelin.tensor.parallel.WorkerPool;

/** Worker pools as the parameter {@code threads} names them: a number, or {@code all}. */
final class Pools {
  /** As many as there are processors. */
  static final String ALL = "all";

  private Pools() {}

  static WorkerPool of(String threads) {
    return new WorkerPool(threads(threads));
  }

  /** {@code null} is one: a benchmark without the parameter. */
  static int threads(String threads) {
    if (threads == null) {
      return 1;
    }
    return threads.equals(ALL)
        ? Runtime.getRuntime().availableProcessors()
        : Integer.parseInt(threads);
  }
}
