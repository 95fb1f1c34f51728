package dev.javelin.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.TimeShares;
import java.io.PrintStream;
import java.util.Locale;

/**
 * What one more run of a test says about a result: where the time went, and how much of what can be
 * read from memory was read.
 *
 * @param test its name
 * @param bytesPerSecond of weights, in that run
 * @param limit bytes a second that can be read; 0 if not measured
 */
record BenchShares(String test, TimeShares shares, double bytesPerSecond, double limit) {
  private static final double GIGA = 1e9;

  void printBreakdown(PrintStream out) {
    out.printf("%n| %s: time | %% |%n| --- | ---: |%n", test);
    shares
        .seconds()
        .forEach(
            (part, seconds) -> out.printf(Locale.ROOT, "| %s | %.1f |%n", part, percent(seconds)));
    out.printf(
        Locale.ROOT,
        "| of all this: dispatching, waiting for the slowest worker | %.1f |%n",
        percent(shares.waitingSeconds()));
    out.printf(
        Locale.ROOT,
        "%nwhole model over its matrix products alone: %.1f %%%n",
        100 * shares.matrixShare());
  }

  void printRoofline(PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%n%s: weights read %.1f GB/s, of %.1f GB/s that can be read: %.0f %%%n",
        test,
        bytesPerSecond / GIGA,
        limit / GIGA,
        100 * bytesPerSecond / limit);
  }

  private double percent(double seconds) {
    return 100 * seconds / shares.total();
  }

  void write(ObjectNode node, boolean breakdown) {
    if (limit > 0) {
      node.put("weight_bytes_per_s", bytesPerSecond);
      node.put("read_limit_bytes_per_s", limit);
      node.put("of_read_limit", bytesPerSecond / limit);
    }
    if (breakdown) {
      ObjectNode parts = node.putObject("time_shares");
      shares.seconds().forEach((part, seconds) -> parts.put(part, percent(seconds) / 100));
      node.put("time_share_waiting", percent(shares.waitingSeconds()) / 100);
    }
  }
}
