package dev.javelin.cli;

import dev.javelin.gguf.Metadata;
import dev.javelin.gguf.ValueType;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * How much memory the keys and values of one sequence take, from the metadata alone: of each token,
 * each layer keeps {@code kvHeadCount * (keyLength + valueLength)} numbers; a windowed layer keeps
 * only the last {@code windowTokens} tokens.
 *
 * @param fullValues numbers that the layers without a window keep of one token, all together
 * @param windowedValues the same for the windowed layers
 * @param windowTokens how far those see; 0: there are none
 * @param contextLength tokens that the model was made for
 */
record KvEstimate(long fullValues, long windowedValues, int windowTokens, long contextLength) {
  /** More than any model has: a file that says so is not worth a sum. */
  private static final int MAX_LAYERS = 10_000;

  /** Bytes of 32 stored numbers. */
  enum Storage {
    F32(128),
    F16(64),
    /** 32 bytes and an f16 scale. */
    Q8_0(34);

    private final int bytesOf32;

    Storage(int bytesOf32) {
      this.bytesOf32 = bytesOf32;
    }
  }

  static Optional<KvEstimate> of(Metadata metadata) {
    var name = metadata.architecture().orElse("");
    var layers = metadata.optionalInt(name + ".block_count");
    var heads = metadata.optionalInt(name + ".attention.head_count");
    var embedding = metadata.optionalInt(name + ".embedding_length");
    if (layers.isEmpty()
        || heads.isEmpty()
        || embedding.isEmpty()
        || heads.getAsInt() <= 0
        || layers.getAsInt() > MAX_LAYERS) {
      return Optional.empty();
    }
    int headDim = embedding.getAsInt() / heads.getAsInt();
    long perHead =
        (long) metadata.optionalInt(name + ".attention.key_length").orElse(headDim)
            + metadata.optionalInt(name + ".attention.value_length").orElse(headDim);
    int window = metadata.optionalInt(name + ".attention.sliding_window").orElse(0);
    int period = windowPeriod(metadata, name);
    var kvHeads = kvHeads(metadata, name + ".attention.head_count_kv", heads.getAsInt());
    long full = 0;
    long windowed = 0;
    for (int layer = 0; layer < layers.getAsInt(); layer++) {
      long values = perHead * kvHeads.applyAsInt(layer);
      if (window > 0 && period > 0 && layer % period != period - 1) {
        windowed += values;
      } else {
        full += values;
      }
    }
    long context = metadata.optionalLong(name + ".context_length").orElse(0);
    return Optional.of(new KvEstimate(full, windowed, windowed > 0 ? window : 0, context));
  }

  /** One layer in this many has no window, the last of each round; 0: no layer has one. */
  private static int windowPeriod(Metadata metadata, String name) {
    var key = name + ".attention.sliding_window_pattern";
    if (metadata.has(key) && metadata.type(key).isInteger()) {
      return metadata.intValue(key);
    }
    return switch (name) {
      case "gpt-oss", "gptoss" -> 2;
      case "gemma3" -> 6;
      default -> 0;
    };
  }

  /** KV heads by layer: the key holds one number for all layers, or an array. */
  private static IntUnaryOperator kvHeads(Metadata metadata, String key, int otherwise) {
    if (!metadata.has(key)) {
      return layer -> otherwise;
    }
    if (metadata.type(key) != ValueType.ARRAY) {
      int ofAll = metadata.intValue(key);
      return layer -> ofAll;
    }
    int[] ofLayers = metadata.ints(key);
    return layer -> layer < ofLayers.length ? ofLayers[layer] : otherwise;
  }

  /** Bytes of one sequence of {@code tokens} tokens, before they are rounded up to whole blocks. */
  long bytes(long tokens, Storage storage) {
    long values = fullValues * tokens + windowedValues * Math.min(tokens, windowTokens);
    return values / 32 * storage.bytesOf32 + values % 32 * storage.bytesOf32 / 32;
  }

  String toText() {
    var rows = new Columns("l", "r", "r", "r");
    rows.row("tokens", "F32", "F16", "Q8_0");
    for (long tokens = 1024; tokens < contextLength && tokens <= 1 << 20; tokens *= 4) {
      row(rows, tokens);
    }
    row(rows, contextLength);
    var window =
        windowTokens == 0
            ? ""
            : String.format(
                Locale.ROOT,
                ", %,d of them in layers that keep the last %,d tokens only",
                windowedValues,
                windowTokens);
    return String.format(
            Locale.ROOT,
            "keys and values of one sequence: %,d numbers a token%s%n",
            fullValues + windowedValues,
            window)
        + rows;
  }

  Map<String, Object> toJson() {
    var json = new LinkedHashMap<String, Object>();
    json.put("values_per_token_full", fullValues);
    json.put("values_per_token_windowed", windowedValues);
    json.put("window", windowTokens);
    json.put("context_length", contextLength);
    var bytes = new LinkedHashMap<String, Object>();
    for (var storage : Storage.values()) {
      bytes.put(storage.name().toLowerCase(Locale.ROOT), bytes(contextLength, storage));
    }
    json.put("bytes_at_context_length", bytes);
    return json;
  }

  private void row(Columns rows, long tokens) {
    rows.row(
        String.format(Locale.ROOT, "%,d", tokens),
        FileReport.bytes(bytes(tokens, Storage.F32)),
        FileReport.bytes(bytes(tokens, Storage.F16)),
        FileReport.bytes(bytes(tokens, Storage.Q8_0)));
  }
}
