package dev.javelin.engine.model;

import dev.javelin.tensor.parallel.Part;
import dev.javelin.tensor.parallel.WorkerPool;

/**
 * Does something for each row of a batch, on all workers when there are enough rows to share. Row
 * tasks are kept in fields, so that a step allocates nothing.
 */
final class Rows {
  /** Below this a dispatch costs more than it saves. */
  private static final int SHARED_FROM = 8;

  /** What is done for one row; rows do not depend on each other. */
  interface Task {
    void run(int row);
  }

  private final WorkerPool pool;
  private Task task;
  private int count;
  private final dev.javelin.tensor.parallel.Job job = this::share;

  Rows(WorkerPool pool) {
    this.pool = pool;
  }

  void each(int rowCount, Task rowTask) {
    if (rowCount < SHARED_FROM) {
      long clock = pool.clock();
      for (int row = 0; row < rowCount; row++) {
        rowTask.run(row);
      }
      pool.alone(Part.ROWS, clock);
      return;
    }
    task = rowTask;
    count = rowCount;
    pool.run(Part.ROWS, job);
  }

  private void share(int worker, int workerCount) {
    int end = (int) ((long) count * (worker + 1) / workerCount);
    for (int row = (int) ((long) count * worker / workerCount); row < end; row++) {
      task.run(row);
    }
  }
}
