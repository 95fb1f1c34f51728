package dev.javelin.bench;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * One measured benchmark of the suite. All rates come from the best call, as the limits do.
 *
 * @param subject what is measured: one group of the table
 * @param kind which of them, e.g. a quant type
 * @param micros of the best call
 * @param medianMicros of the median call
 * @param readPerSecond the limit in the same process: bytes
 * @param multiplyAddsPerSecond the limit in the same process
 */
record SuiteRow(
    Subject subject,
    String kind,
    int threads,
    Work work,
    double micros,
    double medianMicros,
    double readPerSecond,
    double multiplyAddsPerSecond) {

  /** The groups of the table, in its order. */
  enum Subject {
    DECODE("matrix x vector, weights in memory"),
    DECODE_SECOND("matrix x vector, second layout, fast"),
    DECODE_CACHED("matrix x vector, weights in the second cache"),
    FEW("4 rows of activations"),
    PREFILL_32("prefill, 32 rows"),
    PREFILL_128("prefill, 128 rows"),
    PREFILL_FAST("prefill, 128 rows, fast"),
    ATTENTION("attention"),
    OTHER("");

    private final String title;

    Subject(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  static SuiteRow of(Subject subject, String kind, Work.Of work, RunResult result) {
    BenchmarkParams parameters = result.getParams();
    Statistics micros = result.getPrimaryResult().getStatistics();
    boolean nanos = result.getPrimaryResult().getScoreUnit().startsWith("ns");
    double factor = nanos ? 1e-3 : 1;
    return new SuiteRow(
        subject,
        kind,
        Pools.threads(parameters.getParam("threads")),
        work.work(parameters),
        micros.getMin() * factor,
        micros.getPercentile(50) * factor,
        limit(result, LimitsProfiler.READ),
        limit(result, LimitsProfiler.MULTIPLY_ADDS));
  }

  private static double limit(RunResult result, String name) {
    return result.getSecondaryResults().get(name).getScore() * 1e9;
  }

  double bytesPerSecond() {
    return work.bytes() / micros * 1e6;
  }

  double productsPerSecond() {
    return work.multiplyAdds() / micros * 1e6;
  }

  double ofReading() {
    return bytesPerSecond() / readPerSecond;
  }

  double ofMultiplyAdds() {
    return productsPerSecond() / multiplyAddsPerSecond;
  }

  /** Floating-point operations for each byte: a multiply-add is two. */
  double intensity() {
    return 2 * work.multiplyAdds() / work.bytes();
  }
}
