package dev.javelin.bench;

import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What one call of a benchmark has to do.
 *
 * @param bytes of weights, or of keys and values, that are read
 * @param multiplyAdds the products that the result needs
 */
record Work(double bytes, double multiplyAdds) {
  /** Computes the work of a benchmark from its parameters. */
  @FunctionalInterface
  interface Of {
    Work work(BenchmarkParams parameters);
  }
}
