package dev.javelin.engine;

import dev.javelin.tensor.parallel.Part;
import dev.javelin.tensor.parallel.TimeMeter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Where the time of some generations went.
 *
 * @param seconds of each part, in order; together all the time that passed
 * @param waitingSeconds of them, in which workers waited: for a job, or for the slowest of them
 * @param weightBytes that products have read
 */
public record TimeShares(
    SequencedMap<String, Double> seconds, double waitingSeconds, long weightBytes) {

  static TimeShares of(
      TimeMeter meter, EngineCounters before, EngineCounters after, long elapsedNanos) {
    SequencedMap<String, Double> seconds = new LinkedHashMap<>();
    long parts = 0;
    long waiting = 0;
    for (Part part : Part.values()) {
      seconds.put(name(part), meter.nanos(part) * 1e-9);
      parts += meter.nanos(part);
      waiting += meter.nanos(part) - meter.busyNanos(part);
    }
    long forward = after.forwardNanos() - before.forwardNanos();
    long steps = after.stepNanos() - before.stepNanos();
    seconds.put("rest of the forward pass", (forward - parts) * 1e-9);
    seconds.put("sampling, bookkeeping", (steps - forward) * 1e-9);
    seconds.put("idle, between steps", (elapsedNanos - steps) * 1e-9);
    return new TimeShares(seconds, waiting * 1e-9, meter.bytes());
  }

  /** All the time that passed. */
  public double total() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** The part of the time that the matrix products took: how near the model is to its kernels. */
  public double matrixShare() {
    return seconds.get(name(Part.MATRICES)) / total();
  }

  private static String name(Part part) {
    return Map.of(
            Part.MATRICES, "matrices",
            Part.ATTENTION, "attention",
            Part.ROUTER, "router",
            Part.ROWS, "norms, rotations, sums")
        .get(part);
  }
}
