package dev.javelin.server;

import dev.javelin.engine.DemoModel;
import dev.javelin.gguf.GgufException;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.Metadata;
import dev.javelin.gguf.ValueType;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.Setting;
import dev.javelin.tensor.Hardware;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model will need on this machine, from its file's metadata alone, and the sizes chosen
 * where the configuration leaves them open. Takes every layer for one without a window: an upper
 * bound.
 *
 * @param weightBytes of the file, which is mapped
 * @param memoryBytes of the machine, or of the container
 * @param context tokens that one generation may hold
 * @param sequences computed at once
 * @param kvBytes of keys and values, as far as they are in use: a quarter of the context for each
 *     sequence, at least one whole
 */
public record MemoryPlan(
    Path file,
    long weightBytes,
    long memoryBytes,
    int context,
    int sequences,
    KvType kvType,
    long kvBytes) {
  private static final int USUAL_CONTEXT = 4096;
  private static final int LONGEST_CONTEXT = 32_768;
  private static final int MOST_SEQUENCES = 32;
  private static final int FEWEST_SEQUENCES = 4;

  /** Share of the memory that a model may take; the rest is for the system and the Java heap. */
  private static final double USABLE = 0.8;

  /** The plan; empty if the file cannot be read, which opening it will say better. */
  public static Optional<MemoryPlan> of(Configuration configuration) {
    Path file =
        configuration.isGiven(Setting.MODEL)
            ? Path.of(configuration.text(Setting.MODEL))
            : DemoModel.file();
    try (GgufFile gguf = GgufFile.open(file)) {
      return Optional.of(of(configuration, file, gguf));
    } catch (IOException | GgufException e) {
      return Optional.empty();
    }
  }

  private static MemoryPlan of(Configuration configuration, Path file, GgufFile gguf) {
    Metadata metadata = gguf.metadata();
    String name = metadata.architecture().orElse("");
    int layers = metadata.optionalInt(name + ".block_count").orElse(0);
    int heads = Math.max(1, metadata.optionalInt(name + ".attention.head_count").orElse(1));
    int kvHeads = kvHeads(metadata, name + ".attention.head_count_kv", heads);
    int headDim =
        metadata
            .optionalInt(name + ".attention.key_length")
            .orElse(metadata.optionalInt(name + ".embedding_length").orElse(0) / heads);
    long values = 2L * layers * kvHeads * headDim;
    int trained = metadata.optionalInt(name + ".context_length").orElse(USUAL_CONTEXT);
    long memory = memory();
    double budget = Math.max(0, memory * USABLE - gguf.byteSize());

    KvType type = Models.kvType(configuration, KvType.F16);
    boolean free = configuration.text(Setting.KV_TYPE).equals("auto");
    if (free && bytes(values, type) * Math.min(trained, USUAL_CONTEXT) > budget) {
      type = KvType.Q8_0;
    }
    double perToken = bytes(values, type);
    int context = configuration.number(Setting.CONTEXT);
    if (context == 0) {
      context = Math.min(trained, USUAL_CONTEXT);
      while (context * 2 <= Math.min(trained, LONGEST_CONTEXT)
          && perToken * context * 2 * FEWEST_SEQUENCES < budget / 4) {
        context *= 2;
      }
    }
    int sequences = configuration.number(Setting.SEQUENCES);
    if (sequences == 0) {
      sequences = MOST_SEQUENCES;
      while (sequences > FEWEST_SEQUENCES && perToken * context / 4 * sequences > budget / 4) {
        sequences /= 2;
      }
    }
    long kvBytes = configuration.bytes(Setting.KV_SIZE);
    if (kvBytes == 0) {
      kvBytes = (long) (perToken * Math.max(context, (double) context / 4 * sequences));
    }
    return new MemoryPlan(file, gguf.byteSize(), memory, context, sequences, type, kvBytes);
  }

  private static double bytes(long values, KvType type) {
    return switch (type) {
      case F32 -> values * 4.0;
      case F16 -> values * 2.0;
      case Q8_0 -> values * 34.0 / 32;
    };
  }

  private static int kvHeads(Metadata metadata, String key, int otherwise) {
    return metadata.has(key) && metadata.type(key) != ValueType.ARRAY
        ? metadata.intValue(key)
        : otherwise;
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  /** Whether weights, keys and values leave room for the rest. */
  public boolean fits() {
    return weightBytes + kvBytes <= memoryBytes * USABLE;
  }

  /** The plan in a few lines. */
  public String text() {
    return String.format(
        Locale.ROOT,
        """
        model      %s
        weights    %s
        keys etc.  %s (%s, %,d sequences, context %,d)
        memory     %s, %,d processors, %d-bit vectors
        %s
        """,
        file,
        mebibytes(weightBytes),
        mebibytes(kvBytes),
        kvType.name().toLowerCase(Locale.ROOT),
        sequences,
        context,
        mebibytes(memoryBytes),
        Runtime.getRuntime().availableProcessors(),
        Hardware.vectorBits(),
        fits() ? "fits" : "does not fit: " + cure());
  }

  /** What to do if it does not fit. */
  public String cure() {
    return "weights, keys and values need "
        + mebibytes(weightBytes + kvBytes)
        + " of "
        + mebibytes(memoryBytes)
        + "; use a smaller model, or set --context, --sequences or --kv-type q8_0";
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MiB", bytes / 1048576.0);
  }
}
