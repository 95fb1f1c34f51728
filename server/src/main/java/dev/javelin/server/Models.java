package dev.javelin.server;

import static java.lang.System.Logger.Level.WARNING;

import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.ModelSource;
import dev.javelin.engine.NotSupported;
import dev.javelin.engine.Recorder;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.ConfigurationException;
import dev.javelin.server.config.Setting;
import dev.javelin.tensor.Precision;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Opens the model as the configuration says. */
final class Models {
  private static final int DEFAULT_SEQUENCES = 32;

  private static final System.Logger LOG = System.getLogger("dev.javelin.server");

  private Models() {}

  static LanguageModel open(Configuration configuration) {
    EngineOptions options = options(configuration);
    return openFirst(configuration, source -> LanguageModel.open(source, options));
  }

  /** Opens the first of the configured sources that can be. */
  static <T> T openFirst(Configuration configuration, Function<ModelSource.Local, T> open) {
    List<String> names =
        configuration.isGiven(Setting.MODEL)
            ? ModelSource.names(configuration.text(Setting.MODEL))
            : List.of(ModelSource.EMBEDDED);
    return ModelSource.openFirst(
        names, source -> open.apply(local(source)), reason -> LOG.log(WARNING, reason));
  }

  private static ModelSource.Local local(ModelSource source) {
    return switch (source) {
      case ModelSource.Local here -> here;
      case ModelSource.Server server ->
          throw new NotSupported(
              server.description()
                  + ": is a server already; limits, token counts and rules need the model itself");
    };
  }

  static void checkRecording(Configuration configuration) {
    if (configuration.isGiven(Setting.RECORD) && configuration.isGiven(Setting.REPLAY)) {
      throw configuration.wrong(Setting.RECORD, "left out where replay is set");
    }
  }

  /** Records or replays, if the configuration says so. */
  static Optional<Recorder> recorder(Configuration configuration, LanguageModel model) {
    if (configuration.isGiven(Setting.RECORD)) {
      return Optional.of(Recorder.record(Path.of(configuration.text(Setting.RECORD)), model));
    }
    return configuration.isGiven(Setting.REPLAY)
        ? Optional.of(Recorder.replay(Path.of(configuration.text(Setting.REPLAY)), model))
        : Optional.empty();
  }

  static EngineOptions options(Configuration configuration) {
    Optional<MemoryPlan> plan = MemoryPlan.of(configuration);
    int sequences = plan.map(MemoryPlan::sequences).orElse(configuration.number(Setting.SEQUENCES));
    return EngineOptions.defaults()
        .withThreads(configuration.number(Setting.THREADS))
        .withContextLength(
            plan.map(MemoryPlan::context).orElse(configuration.number(Setting.CONTEXT)))
        .withMaxSequences(sequences == 0 ? DEFAULT_SEQUENCES : sequences)
        .withKvBudgetBytes(configuration.bytes(Setting.KV_SIZE))
        .withKvType(plan.map(MemoryPlan::kvType).orElse(kvType(configuration, KvType.F16)))
        .withPrecision(precision(configuration))
        .withChatTemplate(chatTemplate(configuration));
  }

  /** The type that is set, or {@code otherwise} if it is left open. */
  static KvType kvType(Configuration configuration, KvType otherwise) {
    return switch (configuration.text(Setting.KV_TYPE).toLowerCase(Locale.ROOT)) {
      case "auto" -> otherwise;
      case "f16" -> KvType.F16;
      case "f32" -> KvType.F32;
      case "q8_0" -> KvType.Q8_0;
      default -> throw configuration.wrong(Setting.KV_TYPE, "f32, f16, q8_0 or auto");
    };
  }

  private static String chatTemplate(Configuration configuration) {
    if (!configuration.isGiven(Setting.CHAT_TEMPLATE)) {
      return null;
    }
    Path file = Path.of(configuration.text(Setting.CHAT_TEMPLATE));
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ConfigurationException(
          file + ": the chat template cannot be read: " + reason(e), e);
    }
  }

  /** Exceptions of files say which file, but not always what is wrong. */
  private static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "no such file" : e.getMessage();
  }

  private static Precision precision(Configuration configuration) {
    return switch (configuration.text(Setting.PRECISION).toLowerCase(Locale.ROOT)) {
      case "exact" -> Precision.EXACT;
      case "fast" -> Precision.FAST;
      default -> throw configuration.wrong(Setting.PRECISION, "exact or fast");
    };
  }
}
