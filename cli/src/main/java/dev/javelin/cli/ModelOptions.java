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
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model a command opens, and how. */
final class ModelOptions {
  /** What the engine takes when it is told nothing and the model could do more. */
  private static final int DEFAULT_CONTEXT = 4096;

  @Mixin private ModelFile file;

  @Option(
      names = {"-c", "--context"},
      paramLabel = "N",
      description =
          "Tokens that a sequence may hold (default: what the model was made for, at most 4096).")
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

  /** The model is opened for one user: a single sequence at a time. */
  LanguageModel open(Terminal terminal) {
    return open(terminal, 0);
  }

  /** The same, with room for {@code leastContext} tokens unless the user said how many. */
  LanguageModel open(Terminal terminal, int leastContext) {
    return open(terminal, leastContext, 1);
  }

  /** The same for several sequences at once, all of them of {@code leastContext} tokens. */
  LanguageModel open(Terminal terminal, int leastContext, int sequences) {
    var options = options(leastContext).withMaxSequences(sequences);
    return file.open(
        terminal,
        source -> {
          var local = ModelFile.local(source);
          return said(
              terminal,
              LanguageModel.open(
                  local,
                  sequences > 1
                      ? options.withKvBudgetBytes(kvBytes(local, options, leastContext))
                      : options));
        });
  }

  /** The model for one user, which may also be a server's. */
  GenerativeModel openAny(Terminal terminal) {
    return openAny(terminal, 0);
  }

  /** The same with room for {@code kept} states of what was computed before. */
  GenerativeModel openAny(Terminal terminal, int kept) {
    var options = options(0).withMaxSequences(1 + kept);
    return file.open(terminal, source -> said(terminal, GenerativeModel.open(source, options)));
  }

  private static <T extends GenerativeModel> T said(Terminal terminal, T model) {
    if (!(model.source() instanceof ModelSource.Embedded)) {
      terminal.err().println("javelin: " + model.description());
    }
    return model;
  }

  /** 0, the usual size, if the metadata say too little: opening it will say so better. */
  private static long kvBytes(ModelSource.Local source, EngineOptions options, int tokens) {
    int sequences = options.maxSequences();
    int rows = Math.max(sequences, options.chunkTokens());
    try (var gguf = source.open()) {
      return KvEstimate.of(gguf.metadata())
          .map(kv -> kv.bytes(options.kvType(), (long) tokens * sequences, sequences, rows))
          .orElse(0L);
    } catch (GgufException unreadable) {
      return 0;
    }
  }

  /** The context that the user asked for; 0: none. */
  int context() {
    return context;
  }

  EngineOptions options(int leastContext) {
    if (context < 0 || threads < 0) {
      throw new ParameterException(
          command.commandLine(),
          "--context and --threads are 0 (as the model and machine are) or more");
    }
    return EngineOptions.defaults()
        .withContextLength(context == 0 && leastContext > DEFAULT_CONTEXT ? leastContext : context)
        .withThreads(threads)
        .withMaxSequences(1)
        .withKvType(kvType)
        .withPrecision(precision)
        .withYarnRounded(yarnRounded)
        .withChatTemplate(template());
  }

  private String template() {
    try {
      return chatTemplate == null ? null : Files.readString(chatTemplate);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
