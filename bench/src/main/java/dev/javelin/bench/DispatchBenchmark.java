package dev.javelin.bench;

import dev.javelin.tensor.parallel.Job;
import dev.javelin.tensor.parallel.WorkerPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** An empty job on a hot worker pool: what each product of a forward pass pays. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 50, timeUnit = TimeUnit.MILLISECONDS)
public class DispatchBenchmark {
  private static final Job NOTHING = (worker, workerCount) -> {};

  @Param({Pools.ALL})
  private String threads;

  private WorkerPool pool;

  /** Made by JMH. */
  public DispatchBenchmark() {}

  @Setup
  public void setUp() {
    pool = Pools.of(threads);
  }

  @Benchmark
  public void dispatch() {
    pool.run(NOTHING);
  }

  @TearDown
  public void tearDown() {
    pool.close();
  }
}
