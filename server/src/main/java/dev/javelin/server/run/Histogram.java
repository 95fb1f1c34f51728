package dev.javelin.server.run;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;

/** Counts values by size, the way Prometheus reads them. */
final class Histogram {
  private final double[] bounds;
  private final AtomicLongArray counts;
  private final DoubleAdder sum = new DoubleAdder();

  /**
   * @param bounds upper ends of the buckets, rising
   */
  Histogram(double... bounds) {
    this.bounds = bounds;
    this.counts = new AtomicLongArray(bounds.length + 1);
  }

  void add(double value) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    counts.incrementAndGet(bucket);
    sum.add(value);
  }

  /** Appends the samples of this histogram. */
  void write(StringBuilder out, String name, String labels) {
    long total = 0;
    for (int i = 0; i < bounds.length; i++) {
      total += counts.get(i);
      out.append(name)
          .append("_bucket{")
          .append(labels)
          .append(",le=\"")
          .append(bounds[i])
          .append("\"} ")
          .append(total)
          .append('\n');
    }
    total += counts.get(bounds.length);
    out.append(name)
        .append("_bucket{")
        .append(labels)
        .append(",le=\"+Inf\"} ")
        .append(total)
        .append('\n');
    out.append(name).append("_sum{").append(labels).append("} ").append(sum.sum()).append('\n');
    out.append(name).append("_count{").append(labels).append("} ").append(total).append('\n');
  }
}
