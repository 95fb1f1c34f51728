package dev.javelin.cli;

import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.KvEstimate;
import dev.javelin.tensor.ops.KvType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A {@link KvEstimate} for {@code inspect}: one sequence, as long as the table's rows say. */
final class KvTable {
  private static final int CHUNK = EngineOptions.defaults().chunkTokens();

  private final KvEstimate estimate;

  KvTable(KvEstimate estimate) {
    this.estimate = estimate;
  }

  String toText() {
    boolean windows = estimate.windowTokens() > 0;
    var text = new StringBuilder("keys and values of one sequence\n");
    if (windows) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %,d numbers a token in full layers, %,d in layers that see %,d tokens and keep at most %,d%n",
              estimate.fullValues(),
              estimate.windowedValues(),
              estimate.windowTokens(),
              windowedTokens()));
    } else {
      text.append(String.format(Locale.ROOT, "  %,d numbers a token%n", estimate.fullValues()));
    }
    var rows =
        windows ? new Columns("l", "r", "r", "r", "r", "r") : new Columns("l", "r", "r", "r");
    var heading = new ArrayList<>(List.of("tokens", "F32", "F16", "Q8_0"));
    if (windows) {
      heading.addAll(List.of("F16 without windows", "saved"));
    }
    rows.row(heading.toArray(String[]::new));
    long context = estimate.contextLength();
    for (long tokens = 1024; tokens < context && tokens <= 1 << 20; tokens *= 4) {
      rows.row(row(tokens, windows));
    }
    rows.row(row(context, windows));
    return text.append(rows).toString();
  }

  private String[] row(long tokens, boolean windows) {
    var row = new ArrayList<String>();
    row.add(String.format(Locale.ROOT, "%,d", tokens));
    for (var type : KvType.values()) {
      row.add(FileReport.bytes(bytes(type, tokens)));
    }
    if (windows) {
      long all = withoutWindows(KvType.F16, tokens);
      row.add(FileReport.bytes(all));
      row.add(String.format(Locale.ROOT, "%.0f %%", 100 - 100.0 * bytes(KvType.F16, tokens) / all));
    }
    return row.toArray(String[]::new);
  }

  private long bytes(KvType type, long tokens) {
    return estimate.bytes(type, tokens, 1, CHUNK);
  }

  private long withoutWindows(KvType type, long tokens) {
    return estimate.withoutWindows().bytes(type, tokens, 1, CHUNK);
  }

  /** What a windowed layer holds of a sequence without end. */
  private long windowedTokens() {
    return new KvEstimate(0, 1, estimate.windowTokens(), 0)
            .bytes(KvType.F32, Integer.MAX_VALUE, 1, CHUNK)
        / Float.BYTES;
  }

  Map<String, Object> toJson() {
    long context = estimate.contextLength();
    var json = new LinkedHashMap<String, Object>();
    json.put("values_per_token_full", estimate.fullValues());
    json.put("values_per_token_windowed", estimate.windowedValues());
    json.put("window", estimate.windowTokens());
    json.put("context_length", context);
    var bytes = new LinkedHashMap<String, Object>();
    var without = new LinkedHashMap<String, Object>();
    for (var type : KvType.values()) {
      var name = type.name().toLowerCase(Locale.ROOT);
      bytes.put(name, bytes(type, context));
      without.put(name, withoutWindows(type, context));
    }
    json.put("bytes_at_context_length", bytes);
    json.put("bytes_without_windows", without);
    return json;
  }
}
