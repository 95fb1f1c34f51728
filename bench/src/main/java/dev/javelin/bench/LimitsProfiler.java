package dev.javelin.bench;

import dev.javelin.tensor.Hardware;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.parallel.Job;
import dev.javelin.tensor.parallel.WorkerPool;
import dev.javelin.tensor.simd.MemoryReader;
import dev.javelin.tensor.simd.SimdSupport;
import dev.javelin.tensor.simd.Species;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Measures the machine before and after each iteration of a benchmark, with as many threads as the
 * benchmark uses: bytes read from a mapped file, in one stream and in four, and fused
 * multiply-adds. The best of all iterations is reported beside the benchmark's result, so that a
 * result and its limit come from the same process and the same minute.
 */
public final class LimitsProfiler implements InternalProfiler {
  static final String READ = "limit.read";
  static final String MULTIPLY_ADDS = "limit.multiply-adds";

  private static final int STEPS = 50_000;
  private static final int READS = 2;
  private static final int MULTIPLY_ADD_RUNS = 20;
  private static final int WARM_UPS = 4;

  private WorkerPool pool;
  private MemorySegment memory;
  private volatile float sink;
  private double readPerSecond;
  private double multiplyAddsPerSecond;

  /** Made by JMH. */
  public LimitsProfiler() {}

  @Override
  public String getDescription() {
    return "Limits of the machine, measured between the iterations";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    if (pool == null) {
      if (!SimdSupport.available()) {
        throw new IllegalStateException("no vectors here: " + Hardware.description());
      }
      pool = new WorkerPool(Pools.threads(benchmark.getParam("threads")));
      String type = benchmark.getParam("type");
      // The very file that the benchmark reads: not all memory is equally fast.
      QuantType file = type == null ? QuantType.Q8_0 : QuantType.valueOf(type);
      memory = Weights.map(file, ProductState.COLUMNS, Weights.STREAM_BYTES);
      for (int i = 0; i < WARM_UPS; i++) {
        measure();
      }
    }
    readPerSecond = 0;
    multiplyAddsPerSecond = 0;
    measure();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    measure();
    return List.of(
        new ScalarResult(READ, readPerSecond / 1e9, "GB/s", AggregationPolicy.MAX),
        new ScalarResult(
            MULTIPLY_ADDS, multiplyAddsPerSecond / 1e9, "10^9/s", AggregationPolicy.MAX));
  }

  private void measure() {
    int threads = pool.threads();
    long share = Weights.STREAM_BYTES / threads;
    for (int i = 0; i < READS; i++) {
      double one = seconds((w, n) -> sink = MemoryReader.read(memory, w * share, share));
      double four =
          seconds((w, n) -> sink = MemoryReader.readFourStreams(memory, w * share, share));
      readPerSecond = Math.max(readPerSecond, share * threads / Math.min(one, four));
    }
    double steps = (double) threads * STEPS * Limits.CHAINS * Species.LANES;
    for (int i = 0; i < MULTIPLY_ADD_RUNS; i++) {
      double seconds = seconds((w, n) -> sink = Limits.multiplyAdds(STEPS));
      multiplyAddsPerSecond = Math.max(multiplyAddsPerSecond, steps / seconds);
    }
  }

  private double seconds(Job job) {
    long start = System.nanoTime();
    pool.run(job);
    return (System.nanoTime() - start) * 1e-9;
  }
}
