package dev.javelin.tensor.parallel;

/**
 * Where time goes: how long the jobs of each {@link Part} took, and how long the workers computed
 * in them. The difference is what dispatching and waiting for the slowest worker cost. Attached to
 * a pool with {@link WorkerPool#measure}; a pool without one pays nothing.
 */
public final class TimeMeter {
  private static final int PARTS = Part.values().length;
  private static final int STRIDE = 16; // one cache line for each worker

  private final int threads;
  private final long[] nanos = new long[PARTS];
  private final long[] busy; // [threads, STRIDE]: nanoseconds of each part
  private final Job timed = this::run;
  private long bytes;
  private Job job;
  private Part part;
  private long start;

  /** A meter for a pool of so many threads. */
  public TimeMeter(int threads) {
    this.threads = threads;
    this.busy = new long[threads * STRIDE];
  }

  /** Begins a job; what it returns is to be run in its place. */
  Job begin(Part jobPart, Job realJob) {
    part = jobPart;
    job = realJob;
    start = System.nanoTime();
    return timed;
  }

  /** The job has ended on all workers. */
  void end() {
    nanos[part.ordinal()] += System.nanoTime() - start;
  }

  /** So many bytes of weights are read. */
  void read(long count) {
    bytes += count;
  }

  /** Bytes of weights that products have read. */
  public long bytes() {
    return bytes;
  }

  /** Something the calling thread did alone. */
  void alone(Part donePart, long since) {
    long took = System.nanoTime() - since;
    nanos[donePart.ordinal()] += took;
    for (int worker = 0; worker < threads; worker++) {
      busy[worker * STRIDE + donePart.ordinal()] += took; // nobody could have helped
    }
  }

  private void run(int worker, int workerCount) {
    long began = System.nanoTime();
    job.run(worker, workerCount);
    busy[worker * STRIDE + part.ordinal()] += System.nanoTime() - began;
  }

  /** Nanoseconds that passed in a part. */
  public long nanos(Part of) {
    return nanos[of.ordinal()];
  }

  /** Nanoseconds in a part that a worker computed, on average. */
  public long busyNanos(Part of) {
    long sum = 0;
    for (int worker = 0; worker < threads; worker++) {
      sum += busy[worker * STRIDE + of.ordinal()];
    }
    return sum / threads;
  }
}
