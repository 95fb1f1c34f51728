package dev.javelin.cli;

import dev.javelin.engine.KvEstimate;
import dev.javelin.gguf.GgufException;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.SideFile;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.gguf.ValueType;
import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code inspect} says about one file, as text and as JSON. Long arrays are cut: the
 * vocabulary of 200,000 words is no help on a screen.
 *
 * @param tensors in the file's order
 * @param types what tensors of each type take, in the order of ggml's ids
 * @param kv memory of keys and values, if the metadata says enough
 */
record FileReport(
    GgufFile file,
    List<TensorInfo> tensors,
    Map<QuantType, TypeTotal> types,
    Optional<KvEstimate> kv) {
  private static final int SHOWN_ELEMENTS = 6;
  private static final int SHOWN_CHARACTERS = 72;

  /** How many tensors, weights and bytes. */
  record TypeTotal(int tensorCount, long weights, long bytes) {
    TypeTotal plus(TensorInfo tensor) {
      return new TypeTotal(
          tensorCount + 1, weights + tensor.elementCount(), bytes + tensor.byteSize());
    }
  }

  static FileReport of(GgufFile file) {
    var types = new TreeMap<QuantType, TypeTotal>();
    for (var tensor : file.tensors().values()) {
      types.put(
          tensor.type(), types.getOrDefault(tensor.type(), new TypeTotal(0, 0, 0)).plus(tensor));
    }
    return new FileReport(
        file, List.copyOf(file.tensors().values()), types, KvEstimate.of(file.metadata()));
  }

  String toText() {
    var text = new StringBuilder();
    summary(text);
    text.append("\nmetadata (").append(file.metadata().keys().size()).append(")\n");
    var keys = new Columns("l", "l", "l");
    for (var key : file.metadata().keys()) {
      keys.row(printable(key), typeName(key), shortValue(key));
    }
    text.append(keys);
    if (!tensors.isEmpty()) {
      text.append("\ntensors (").append(tensors.size()).append(")\n");
      var rows = new Columns("l", "l", "l", "r");
      for (var tensor : tensors) {
        rows.row(
            printable(tensor.name()),
            tensor.type().name(),
            tensor.shape(),
            bytes(tensor.byteSize()));
      }
      text.append(rows).append("\nsizes by type\n");
      var totals = new Columns("l", "r", "r", "r", "l");
      types.forEach(
          (type, total) ->
              totals.row(
                  type.name(),
                  total.tensorCount + " tensors",
                  weights(total.weights),
                  bytes(total.bytes),
                  type.isSupported()
                      ? ""
                      : "(listed only: Javelin cannot compute with this type yet)"));
      text.append(totals);
    }
    kv.ifPresent(estimate -> text.append('\n').append(new KvTable(estimate).toText()));
    return text.toString();
  }

  Map<String, Object> toJson() {
    var json = new LinkedHashMap<String, Object>();
    json.put("file", file.path().toString());
    json.put("version", file.version());
    json.put("bytes", file.byteSize());
    json.put("architecture", file.metadata().architecture().orElse(null));
    json.put("parameters", parameterCount());
    var metadata = new LinkedHashMap<String, Object>();
    for (var key : file.metadata().keys()) {
      metadata.put(key, jsonValue(key));
    }
    json.put("metadata", metadata);
    json.put("tensors", tensors.stream().map(FileReport::jsonTensor).toList());
    var totals = new LinkedHashMap<String, Object>();
    types.forEach(
        (type, total) ->
            totals.put(
                type.name(),
                Map.of(
                    "tensors", total.tensorCount, "weights", total.weights, "bytes", total.bytes)));
    json.put("types", totals);
    kv.ifPresent(estimate -> json.put("kv", new KvTable(estimate).toJson()));
    return json;
  }

  private void summary(StringBuilder text) {
    var rows = new Columns("l", "l");
    rows.row("file", printable(file.path().toString()));
    rows.row("format", "GGUF version " + file.version() + ", " + bytes(file.byteSize()));
    rows.row("architecture", printable(file.metadata().architecture().orElse("none")));
    if (parameterCount() > 0) {
      double bits = 8.0 * tensors.stream().mapToLong(TensorInfo::byteSize).sum() / parameterCount();
      rows.row(
          "parameters",
          weights(parameterCount()) + String.format(Locale.ROOT, ", %.2f bits each", bits));
    }
    sideFile().ifPresent(side -> rows.row("side file", side));
    text.append(rows);
  }

  /** Whether there is a file of {@code optimize}, and whether it fits. */
  private Optional<String> sideFile() {
    var path = SideFile.pathFor(file.path());
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try (var side = SideFile.open(path, file)) {
      return Optional.of(
          printable(path.getFileName().toString())
              + ": "
              + side.tensorCount()
              + " tensors in the faster layout, "
              + bytes(side.byteSize()));
    } catch (IOException | GgufException bad) {
      return Optional.of("not usable: " + printable(bad.getMessage()));
    }
  }

  private long parameterCount() {
    return tensors.stream().mapToLong(TensorInfo::elementCount).sum();
  }

  private String typeName(String key) {
    var metadata = file.metadata();
    return metadata.type(key) == ValueType.ARRAY
        ? lower(metadata.elementType(key)) + "[" + metadata.length(key) + "]"
        : lower(metadata.type(key));
  }

  private String shortValue(String key) {
    var metadata = file.metadata();
    if (metadata.type(key) != ValueType.ARRAY) {
      return cut(printable(String.valueOf(metadata.raw(key))));
    }
    var shown = new ArrayList<String>();
    metadata
        .first(key, SHOWN_ELEMENTS)
        .forEach(element -> shown.add(printable(String.valueOf(element))));
    if (metadata.length(key) > shown.size()) {
      shown.add("...");
    }
    return cut(shown.toString());
  }

  /** Whole values, but of a long array its length and first elements only. */
  private Object jsonValue(String key) {
    var metadata = file.metadata();
    if (metadata.type(key) != ValueType.ARRAY || metadata.length(key) <= SHOWN_ELEMENTS * 10) {
      return metadata.raw(key);
    }
    var first = metadata.first(key, SHOWN_ELEMENTS);
    return Map.of(
        "type", lower(metadata.elementType(key)), "length", metadata.length(key), "first", first);
  }

  private static Map<String, Object> jsonTensor(TensorInfo tensor) {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", tensor.name());
    json.put("type", tensor.type().name());
    json.put("shape", tensor.dimensions());
    json.put("offset", tensor.offsetBytes());
    json.put("bytes", tensor.byteSize());
    return json;
  }

  private static String lower(ValueType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= SHOWN_CHARACTERS
        ? text
        : text.substring(0, text.offsetByCodePoints(0, SHOWN_CHARACTERS)) + "...";
  }

  /** A file's own text must not drive the terminal: control characters are shown, not sent. */
  static String printable(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append("\\t");
                default -> {
                  if (Character.isISOControl(character)
                      || Character.getType(character) == Character.FORMAT) {
                    shown.append(String.format(Locale.ROOT, "\\u%04x", character));
                  } else {
                    shown.appendCodePoint(character);
                  }
                }
              }
            });
    return shown.toString();
  }

  static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    var units = List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB");
    double value = bytes / 1024.0;
    int unit = 0;
    while (value >= 1024 && unit < units.size() - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units.get(unit));
  }

  private static String weights(long count) {
    if (count < 1_000_000) {
      return String.format(Locale.ROOT, "%,d", count);
    }
    return count < 1_000_000_000
        ? String.format(Locale.ROOT, "%.2f M", count / 1e6)
        : String.format(Locale.ROOT, "%.2f B", count / 1e9);
  }
}
