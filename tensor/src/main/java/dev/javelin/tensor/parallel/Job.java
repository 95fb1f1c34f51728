package dev.javelin.tensor.parallel;

/** One piece of work that all workers of a {@link WorkerPool} do together. */
@FunctionalInterface
public interface Job {
  /** Does share {@code worker} of {@code workerCount}; called once on each worker. */
  void run(int worker, int workerCount);
}
