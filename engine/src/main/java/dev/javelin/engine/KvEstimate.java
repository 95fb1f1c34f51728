package dev.javelin.engine;

import dev.javelin.engine.model.Architectures;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.Metadata;
import dev.javelin.gguf.ValueType;
import dev.javelin.kvcache.KvPoolSize;
import dev.javelin.tensor.ops.KvType;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * How much memory keys and values take, from the metadata alone: of each token, each layer keeps
 * {@code kvHeadCount * (keyLength + valueLength)} numbers, in blocks of tokens; a windowed layer
 * keeps only the blocks that its window can still reach. The same as an open model will take.
 *
 * @param fullValues numbers that the layers without a window keep of one token, all together
 * @param windowedValues the same for the windowed layers
 * @param windowTokens how far those see; 0: there are none
 * @param contextLength tokens that the model was made for; 0: the file does not say
 */
public record KvEstimate(
    long fullValues, long windowedValues, int windowTokens, long contextLength) {
  /** More than any model has: a file that says so is not worth a sum. */
  private static final int MAX_LAYERS = 10_000;

  /**
   * The estimate for a model that can be run; empty if the metadata says too little.
   *
   * @throws ModelInvalid if the model is of no known family
   */
  public static Optional<KvEstimate> of(GgufFile file) {
    Architectures.of(file);
    return of(file.metadata());
  }

  /** The estimate; empty if the metadata says too little. */
  public static Optional<KvEstimate> of(Metadata metadata) {
    String name = metadata.architecture().orElse("");
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
    int keyLength = metadata.optionalInt(name + ".attention.key_length").orElse(headDim);
    long perHead =
        (long) keyLength + metadata.optionalInt(name + ".attention.value_length").orElse(keyLength);
    int window = metadata.optionalInt(name + ".attention.sliding_window").orElse(0);
    int pattern = windowPattern(metadata, name);
    IntUnaryOperator kvHeads =
        kvHeads(metadata, name + ".attention.head_count_kv", heads.getAsInt());
    long full = 0;
    long windowed = 0;
    for (int layer = 0; layer < layers.getAsInt(); layer++) {
      long values = perHead * kvHeads.applyAsInt(layer);
      if (window > 0 && Architectures.isWindowed(layer, pattern)) {
        windowed += values;
      } else {
        full += values;
      }
    }
    long context = metadata.optionalLong(name + ".context_length").orElse(0);
    return Optional.of(new KvEstimate(full, windowed, windowed > 0 ? window : 0, context));
  }

  private static int windowPattern(Metadata metadata, String name) {
    int ofFamily = Architectures.windowPattern(name);
    String key = name + ".attention.sliding_window_pattern";
    return ofFamily > 0 && metadata.has(key) && metadata.type(key).isInteger()
        ? metadata.intValue(key)
        : ofFamily;
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

  /**
   * Bytes of the blocks that {@code sequences} sequences need which hold {@code tokens} tokens
   * between them, each growing by at most {@code chunkTokens} in a step.
   */
  public long bytes(KvType type, long tokens, int sequences, int chunkTokens) {
    return blocks(0, tokens, sequences, chunkTokens) * blockBytes(type, fullValues)
        + blocks(windowTokens, tokens, sequences, chunkTokens) * blockBytes(type, windowedValues);
  }

  /** The same model if no layer had a window. */
  public KvEstimate withoutWindows() {
    return new KvEstimate(fullValues + windowedValues, 0, 0, contextLength);
  }

  /**
   * Bytes that an open model will allocate for keys and values.
   *
   * @param options with a context length
   */
  public long poolBytes(EngineOptions options) {
    if (options.kvBudgetBytes() > 0) {
      return options.kvBudgetBytes();
    }
    int context = options.contextLength();
    return bytes(
        options.kvType(),
        KvCaches.poolTokens(options, context),
        options.maxSequences(),
        KvCaches.stepRows(options, context));
  }

  private static long blocks(int window, long tokens, int sequences, int chunkTokens) {
    return KvPoolSize.blocks(KvCaches.BLOCK_TOKENS, window, tokens, sequences, chunkTokens);
  }

  /** A block holds so many tokens that no scale is left over: 32 values have whole bytes. */
  private static long blockBytes(KvType type, long values) {
    return KvCaches.BLOCK_TOKENS
        * values
        / 32
        * switch (type) {
          case F32 -> 128;
          case F16 -> 64;
          case Q8_0 -> 34; // 32 bytes and an f16 scale
        };
  }
}
