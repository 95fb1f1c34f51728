package dev.javelin.tensor.parallel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed set of threads that run one {@link Job} together; the calling thread is worker 0. Made
 * for jobs of a few microseconds: an empty dispatch on a hot pool costs well below one.
 *
 * <p>A job is published by raising {@code epoch}; each worker answers by storing that epoch in its
 * own slot of {@code done}. Both sides wait in three steps: spin (the next job of a forward pass
 * follows at once), yield (another thread has our core), park (nothing to do for long). The steps
 * are bounded, so a machine with more runnable threads than cores is slow but never stuck.
 */
public final class WorkerPool implements AutoCloseable {
  private static final VarHandle EPOCH;
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(int[].class);

  /** Slots are 128 bytes apart: two cache lines, because CPUs fetch them in pairs. */
  private static final int STRIDE = 32;

  private static final int CHECKS_PER_CLOCK_READ = 64;
  private static final long SPIN_NANOS = 50_000;
  private static final long YIELD_NANOS = 300_000;
  private static final long CALLER_PARK_NANOS = 20_000;

  static {
    try {
      EPOCH = MethodHandles.lookup().findVarHandle(WorkerPool.class, "epoch", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int threads;
  private final Thread[] workers;
  private final int[] done; // [threads * STRIDE]: the last epoch that worker i finished
  private final int[] parked; // [threads * STRIDE]: 1 while worker i may be parked
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private Job job; // published by the write to epoch
  private volatile int epoch;
  private volatile boolean closed;
  private volatile TimeMeter meter; // null unless somebody measures
  private boolean running;

  /** Starts {@code threads - 1} daemon threads; the caller of {@link #run} is the other one. */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a worker pool needs threads >= 1: threads=" + threads);
    }
    this.threads = threads;
    this.done = new int[threads * STRIDE];
    this.parked = new int[threads * STRIDE];
    this.workers = new Thread[threads];
    for (int i = 1; i < threads; i++) {
      int worker = i;
      workers[i] =
          Thread.ofPlatform().daemon().name("javelin-worker-" + i).unstarted(() -> work(worker));
    }
    for (int i = 1; i < threads; i++) {
      workers[i].start();
    }
  }

  /** Workers that share a job, the caller among them. */
  public int threads() {
    return threads;
  }

  /**
   * Runs {@code job} once on every worker and returns when all have finished. What a worker throws
   * is thrown here, after the others have finished. One call at a time; another thread's call
   * waits.
   */
  public void run(Job job) {
    run(Part.ROWS, job);
  }

  /** The same, and says what for. */
  public synchronized void run(Part part, Job job) {
    if (closed) {
      throw new IllegalStateException("the worker pool is closed");
    }
    if (running) {
      throw new IllegalStateException("a job must not start another job on its own pool");
    }
    running = true;
    TimeMeter meter = this.meter;
    Job measured = meter == null ? job : meter.begin(part, job);
    try {
      if (threads == 1) {
        measured.run(0, 1);
      } else {
        dispatch(measured);
      }
    } finally {
      running = false;
      if (meter != null) {
        meter.end();
      }
    }
  }

  /** From now on {@code timeMeter} counts what is run; null: nobody does. */
  public synchronized void measure(TimeMeter timeMeter) {
    meter = timeMeter;
  }

  /** Whether somebody measures. */
  public boolean isMeasured() {
    return meter != null;
  }

  /** Counts bytes of weights, if somebody measures. */
  public void read(long bytes) {
    TimeMeter current = meter;
    if (current != null) {
      current.read(bytes);
    }
  }

  /** When something begins that the caller does alone; for {@link #alone}. */
  public long clock() {
    return meter == null ? 0 : System.nanoTime();
  }

  /** Counts what the caller did alone since {@code clock}, if somebody measures. */
  public void alone(Part part, long clock) {
    TimeMeter current = meter;
    if (current != null && clock != 0) {
      current.alone(part, clock);
    }
  }

  private void dispatch(Job job) {
    int current = publish(job);
    Throwable own = null;
    try {
      job.run(0, threads);
    } catch (Throwable e) {
      own = e;
    }
    for (int i = 1; i < threads; i++) {
      awaitDone(i, current);
    }
    this.job = null;
    if (own != null || failure.get() != null) {
      rethrow(own, failure.getAndSet(null));
    }
  }

  private int publish(Job job) {
    this.job = job;
    int current = epoch + 1;
    EPOCH.setVolatile(this, current);
    for (int i = 1; i < threads; i++) {
      if ((int) SLOT.getVolatile(parked, i * STRIDE) != 0) {
        LockSupport.unpark(workers[i]);
      }
    }
    return current;
  }

  private void awaitDone(int worker, int current) {
    int slot = worker * STRIDE;
    long start = 0;
    for (int checks = 0; (int) SLOT.getAcquire(done, slot) != current; checks++) {
      Thread.onSpinWait();
      if (checks % CHECKS_PER_CLOCK_READ == CHECKS_PER_CLOCK_READ - 1) {
        long now = System.nanoTime();
        start = start == 0 ? now : start;
        if (now - start > SPIN_NANOS + YIELD_NANOS) {
          LockSupport.parkNanos(this, CALLER_PARK_NANOS);
        } else if (now - start > SPIN_NANOS) {
          Thread.yield();
        }
      }
    }
  }

  private void work(int worker) {
    int seen = 0;
    while (true) {
      seen = awaitNext(worker, seen);
      if (closed) {
        return;
      }
      try {
        job.run(worker, threads);
      } catch (Throwable e) {
        if (!failure.compareAndSet(null, e)) {
          Throwable first = failure.get();
          if (first != null && first != e) {
            first.addSuppressed(e);
          }
        }
      }
      SLOT.setRelease(done, worker * STRIDE, seen);
    }
  }

  /** Waits for an epoch other than {@code seen} and returns it. Epochs may wrap around. */
  private int awaitNext(int worker, int seen) {
    long start = 0;
    for (int checks = 1; ; checks++) {
      int current = epoch;
      if (current != seen) {
        return current;
      }
      Thread.onSpinWait();
      if (checks % CHECKS_PER_CLOCK_READ == 0) {
        long now = System.nanoTime();
        start = start == 0 ? now : start;
        if (now - start > SPIN_NANOS + YIELD_NANOS) {
          park(worker, seen);
        } else if (now - start > SPIN_NANOS) {
          Thread.yield();
        }
      }
    }
  }

  private void park(int worker, int seen) {
    int slot = worker * STRIDE;
    SLOT.setVolatile(parked, slot, 1);
    // The flag is up before this last look, and publish() raises epoch before it looks at the flag:
    // no lost wake-up.
    while (epoch == seen) {
      LockSupport.park(this);
    }
    SLOT.setVolatile(parked, slot, 0);
  }

  private static void rethrow(Throwable own, Throwable other) {
    Throwable first = own != null ? own : other;
    if (first != other && other != null) {
      first.addSuppressed(other);
    }
    switch (first) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(first);
    }
  }

  /** Ends the threads. A running job is finished first. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    EPOCH.setVolatile(this, epoch + 1);
    for (int i = 1; i < threads; i++) {
      LockSupport.unpark(workers[i]);
    }
  }
}
