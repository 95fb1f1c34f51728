package dev.javelin.cli;

import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.GenerativeModel;
import dev.javelin.engine.KvEstimate;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.ModelSource;
import dev.javelin.gguf.GgufException;
import dev.javelin.tensor.Precision;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model a command opens, and how. */
final class ModelOptions {
  /** The most that the engine takes when it is told nothing. */
  private static final int DEFAULT_CONTEXT = 4096;

  @Mixin private ModelFile file;

  @Option(
      names = {"-c", "--context", "--ctx-size"},
      paramLabel = "N",
      description =
          "Tokens that a sequence may hold (default: what the model was made for, at most 4096; for perplexity 512).")
  private int context;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads that compute (default: one for each core).")
  private int threads;

  @Option(
      names = "--kv-type",
      paramLabel = "TYPE",
      description = "How keys and values are stored: ${COMPLETION-CANDIDATES} (default: f16).",
      converter = KvTypes.class,
      completionCandidates = KvTypes.class)
  private KvType kvType = KvType.F16;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "Arithmetic of matrix products: ${COMPLETION-CANDIDATES} (default: exact).",
      converter = Precisions.class,
      completionCandidates = Precisions.class)
  private Precision precision = Precision.EXACT;

  @Option(names = "--yarn-rounded", description = "Round the ends of YaRN's ramp as ggml does.")
  private boolean yarnRounded;

  @Option(
      names = "--chat-template",
      paramLabel = "FILE",
      description = "Form conversations by this template (Jinja), not by the model's own.")
  private Path chatTemplate;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * The model for one user, a single sequence at a time, with room for {@code leastContext} tokens
   * unless the user said how many.
   */
  LanguageModel open(Terminal terminal, int leastContext) {
    return open(terminal, leastContext, leastContext, 1);
  }

  /** The same for several sequences at once, each of at most {@code tokens}. */
  LanguageModel open(Terminal terminal, int leastContext, int tokens, int sequences) {
    var options = options().withMaxSequences(sequences);
    return file.open(
        terminal,
        source -> {
          var local = ModelFile.local(source);
          return said(
              terminal, LanguageModel.open(local, fitting(local, options, leastContext, tokens)));
        });
  }

  /** The model for one user, which may also be a server's. */
  GenerativeModel openAny(Terminal terminal) {
    return openAny(terminal, 0);
  }

  /** The same with room for {@code kept} states of what was computed before. */
  GenerativeModel openAny(Terminal terminal, int kept) {
    var options = options().withMaxSequences(1 + kept);
    return file.open(terminal, source -> said(terminal, GenerativeModel.open(source, options)));
  }

  private static <T extends GenerativeModel> T said(Terminal terminal, T model) {
    if (!(model.source() instanceof ModelSource.Embedded)) {
      terminal.err().println("javelin: " + model.description());
    }
    return model;
  }

  /** The options with sizes that follow from the metadata; if those say too little, as usual. */
  private static EngineOptions fitting(
      ModelSource.Local source, EngineOptions options, int leastContext, int tokens) {
    try (var gguf = source.open()) {
      return KvEstimate.of(gguf.metadata())
          .map(kv -> fitting(kv, options, leastContext, tokens))
          .orElse(options);
    } catch (GgufException unreadable) {
      return options; // opening it will say so better
    }
  }

  private static EngineOptions fitting(
      KvEstimate kv, EngineOptions options, int leastContext, int tokens) {
    int sequences = options.maxSequences();
    var wide =
        options.contextLength() == 0 && leastContext > usualContext(kv)
            ? options.withContextLength(leastContext)
            : options;
    int rows = Math.max(sequences, options.chunkTokens());
    return sequences == 1
        ? wide
        : wide.withKvBudgetBytes(
            kv.bytes(options.kvType(), (long) tokens * sequences, sequences, rows));
  }

  /** What the model would get. */
  private static long usualContext(KvEstimate kv) {
    return kv.contextLength() == 0
        ? DEFAULT_CONTEXT
        : Math.min(kv.contextLength(), DEFAULT_CONTEXT);
  }

  /** The context that the user asked for; 0: none. */
  int context() {
    return context;
  }

  EngineOptions options() {
    if (context < 0 || threads < 0) {
      throw new ParameterException(
          command.commandLine(),
          "--context and --threads are 0 (as the model and machine are) or more");
    }
    if (threads > EngineOptions.MOST_THREADS) {
      throw new ParameterException(
          command.commandLine(),
          "--threads is at most " + EngineOptions.MOST_THREADS + ": " + threads);
    }
    return EngineOptions.defaults()
        .withContextLength(context)
        .withThreads(threads)
        .withMaxSequences(1)
        .withKvType(kvType)
        .withPrecision(precision)
        .withYarnRounded(yarnRounded)
        .withChatTemplate(template());
  }

  private String template() {
    try {
      return chatTemplate == null ? null : TextFile.read(chatTemplate);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
