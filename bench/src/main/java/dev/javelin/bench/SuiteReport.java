package dev.javelin.bench;

import dev.javelin.bench.SuiteRow.Subject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The suite's table in Markdown. */
final class SuiteReport {
  private final List<SuiteRow> rows;
  private final Machine machine;
  private final double seconds;
  private final StringBuilder out = new StringBuilder();

  SuiteReport(List<SuiteRow> rows, Machine machine, double seconds) {
    this.rows = rows;
    this.machine = machine;
    this.seconds = seconds;
  }

  String markdown(Path picture) {
    line("# Kernels on %s, %s", machine.cpu(), machine.date());
    line("");
    line("![Roofline](%s)", picture);
    line("");
    line("| | |");
    line("|---|---|");
    line("| machine | %s, %d cores, %s |", machine.cpu(), machine.cores(), machine.memory());
    line("| JDK | %s, %s |", machine.java(), machine.system());
    line("| vectors | %s |", machine.vectors());
    line("| commit | %s |", machine.commit());
    line("| command | `bench/run suite`, %.0f s |", seconds);
    line("");
    line(
        "Rates are those of the best call, and the limits those of the best pass; each fraction is");
    line("of the limit that was measured in the same process, between the iterations.");
    line("");
    limits();
    products();
    scaling();
    others();
    return out.toString();
  }

  private void limits() {
    line("| limit, best of the whole run | 1 thread | %d threads |", machine.cores());
    line("|---|---:|---:|");
    line("| reading a mapped file, GB/s | %.1f | %.1f |", read(1), read(machine.cores()));
    line(
        "| fused multiply-adds, 10^9/s | %.1f | %.1f |",
        multiplyAdds(1), multiplyAdds(machine.cores()));
    line("");
  }

  /** The best limit of all rows with so many threads. */
  private double read(int threads) {
    return rows.stream()
            .filter(row -> row.threads() == threads)
            .mapToDouble(SuiteRow::readPerSecond)
            .max()
            .orElse(0)
        / 1e9;
  }

  private double multiplyAdds(int threads) {
    return rows.stream()
            .filter(row -> row.threads() == threads)
            .mapToDouble(SuiteRow::multiplyAddsPerSecond)
            .max()
            .orElse(0)
        / 1e9;
  }

  private void products() {
    line(
        "| kernel | type | threads | GB/s | of reading | 10^9 products/s | of multiply-adds | best us | median us |");
    line("|---|---|---:|---:|---:|---:|---:|---:|---:|");
    for (SuiteRow row : rows) {
      if (row.subject() != Subject.OTHER) {
        line(
            "| %s | %s | %d | %.1f | %s | %.1f | %.2f | %.0f | %.0f |",
            row.subject().title(),
            row.kind(),
            row.threads(),
            row.bytesPerSecond() / 1e9,
            reading(row),
            row.productsPerSecond() / 1e9,
            row.ofMultiplyAdds(),
            row.micros(),
            row.medianMicros());
      }
    }
    line("");
  }

  /** Other weights come from a cache. */
  private static String reading(SuiteRow row) {
    return row.subject() == Subject.DECODE
        ? String.format(Locale.ROOT, "%.2f", row.ofReading())
        : "";
  }

  private void scaling() {
    line("| kernel | type | %d threads over 1 |", machine.cores());
    line("|---|---|---:|");
    for (SuiteRow one : rows) {
      rows.stream()
          .filter(row -> row.threads() > 1 && one.threads() == 1)
          .filter(row -> row.subject() == one.subject() && row.kind().equals(one.kind()))
          .filter(row -> Objects.equals(row.work(), one.work()) && one.subject() != Subject.OTHER)
          .forEach(
              row ->
                  line(
                      "| %s | %s | %.2f |",
                      one.subject().title(), one.kind(), one.micros() / row.micros()));
    }
    line("");
  }

  private void others() {
    line("| | threads | best us | median us |");
    line("|---|---:|---:|---:|");
    for (SuiteRow row : rows) {
      if (row.subject() == Subject.OTHER) {
        line(
            "| %s | %d | %.2f | %.2f |",
            row.kind(), row.threads(), row.micros(), row.medianMicros());
      }
    }
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
