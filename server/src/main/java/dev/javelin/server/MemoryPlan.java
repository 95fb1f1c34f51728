package dev.javelin.server;

import dev.javelin.engine.EngineException;
import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.KvEstimate;
import dev.javelin.engine.MachineMemory;
import dev.javelin.engine.ModelSource;
import dev.javelin.gguf.GgufException;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.Metadata;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.Setting;
import dev.javelin.tensor.Hardware;
import dev.javelin.tensor.ops.KvType;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model will need on this machine, from its file's metadata alone, and the sizes chosen
 * where the configuration leaves them open.
 *
 * @param weightBytes of the file, which is mapped
 * @param memoryBytes of the machine, or of the container
 * @param context tokens that one generation may hold
 * @param sequences computed at once
 * @param kvBytes of keys and values, as they will be allocated
 * @param unwindowedKvBytes what they would be if every layer kept the whole context; the same where
 *     no layer has a window, or where the size is set
 */
public record MemoryPlan(
    Path file,
    long weightBytes,
    long memoryBytes,
    int context,
    int sequences,
    KvType kvType,
    long kvBytes,
    long unwindowedKvBytes) {
  private static final int USUAL_CONTEXT = 4096;
  private static final int LONGEST_CONTEXT = 32_768;
  private static final int MOST_SEQUENCES = 32;
  private static final int FEWEST_SEQUENCES = 4;

  /** Share of the memory that a model may take; the rest is for the system and the Java heap. */
  private static final double USABLE = 0.8;

  /** The plan; empty if there can be none, of which opening the model will say the reason. */
  public static Optional<MemoryPlan> of(Configuration configuration) {
    try {
      return Optional.of(read(configuration));
    } catch (EngineException | GgufException e) {
      return Optional.empty();
    }
  }

  /**
   * The plan.
   *
   * @throws EngineException if the model cannot be read, or is of no family that can be run
   */
  public static MemoryPlan read(Configuration configuration) {
    try (GgufFile gguf = Models.openFirst(configuration, ModelSource.Local::open)) {
      return of(configuration, gguf.path(), gguf);
    }
  }

  private static MemoryPlan of(Configuration configuration, Path file, GgufFile gguf) {
    Metadata metadata = gguf.metadata();
    KvEstimate kv = KvEstimate.of(gguf).orElse(new KvEstimate(0, 0, 0, 0));
    int trained =
        metadata
            .optionalInt(metadata.architecture().orElse("") + ".context_length")
            .orElse(USUAL_CONTEXT);
    long memory = MachineMemory.bytes();
    double budget = Math.max(0, memory * USABLE - gguf.byteSize());
    EngineOptions options =
        EngineOptions.defaults()
            .withKvBudgetBytes(configuration.bytes(Setting.KV_SIZE))
            .withKvType(Models.kvType(configuration, KvType.F16));
    boolean free = configuration.text(Setting.KV_TYPE).equals("auto");
    if (free && wholeContexts(kv, options, Math.min(trained, USUAL_CONTEXT), 1) > budget) {
      options = options.withKvType(KvType.Q8_0);
    }
    int context = configuration.number(Setting.CONTEXT);
    if (context == 0) {
      context = Math.min(trained, USUAL_CONTEXT);
      while (context * 2 <= Math.min(trained, LONGEST_CONTEXT)
          && wholeContexts(kv, options, context * 2, FEWEST_SEQUENCES) < budget / 4) {
        context *= 2;
      }
    }
    options = options.withContextLength(context);
    int sequences = configuration.number(Setting.SEQUENCES);
    if (sequences == 0) {
      sequences = MOST_SEQUENCES;
      while (sequences > FEWEST_SEQUENCES
          && kv.poolBytes(options.withKvBudgetBytes(0).withMaxSequences(sequences)) > budget / 4) {
        sequences /= 2;
      }
    }
    options = options.withMaxSequences(sequences);
    return new MemoryPlan(
        file,
        gguf.byteSize(),
        memory,
        context,
        sequences,
        options.kvType(),
        kv.poolBytes(options),
        kv.withoutWindows().poolBytes(options));
  }

  private static long wholeContexts(
      KvEstimate kv, EngineOptions options, int context, int sequences) {
    return kv.bytes(options.kvType(), (long) context * sequences, sequences, options.chunkTokens());
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
        keys etc.  %s (%s, %,d sequences, context %,d%s)
        memory     %s, %,d processors, %d-bit vectors
        %s
        """,
        file,
        mebibytes(weightBytes),
        mebibytes(kvBytes),
        kvType.name().toLowerCase(Locale.ROOT),
        sequences,
        context,
        unwindowedKvBytes > kvBytes ? "; without windows " + mebibytes(unwindowedKvBytes) : "",
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
