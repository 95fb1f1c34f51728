package dev.javelin.server;

import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.LanguageModel;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.Setting;
import dev.javelin.tensor.Precision;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Opens the model as the configuration says. */
final class Models {
  private static final int DEFAULT_SEQUENCES = 32;

  private Models() {}

  static LanguageModel open(Configuration configuration) {
    EngineOptions options = options(configuration);
    return configuration.isGiven(Setting.MODEL)
        ? LanguageModel.open(Path.of(configuration.text(Setting.MODEL)), options)
        : LanguageModel.openDemo(options);
  }

  static EngineOptions options(Configuration configuration) {
    int sequences = configuration.number(Setting.SEQUENCES);
    return EngineOptions.defaults()
        .withThreads(configuration.number(Setting.THREADS))
        .withContextLength(configuration.number(Setting.CONTEXT))
        .withMaxSequences(sequences == 0 ? DEFAULT_SEQUENCES : sequences)
        .withKvBudgetBytes(configuration.bytes(Setting.KV_SIZE))
        .withKvType(kvType(configuration))
        .withPrecision(precision(configuration))
        .withChatTemplate(chatTemplate(configuration));
  }

  private static String chatTemplate(Configuration configuration) {
    if (!configuration.isGiven(Setting.CHAT_TEMPLATE)) {
      return null;
    }
    try {
      return Files.readString(Path.of(configuration.text(Setting.CHAT_TEMPLATE)));
    } catch (IOException e) {
      throw configuration.wrong(Setting.CHAT_TEMPLATE, "a file that can be read");
    }
  }

  private static KvType kvType(Configuration configuration) {
    return switch (configuration.text(Setting.KV_TYPE).toLowerCase(Locale.ROOT)) {
      case "auto", "f16" -> KvType.F16;
      case "f32" -> KvType.F32;
      case "q8_0" -> KvType.Q8_0;
      default -> throw configuration.wrong(Setting.KV_TYPE, "f32, f16, q8_0 or auto");
    };
  }

  private static Precision precision(Configuration configuration) {
    return switch (configuration.text(Setting.PRECISION).toLowerCase(Locale.ROOT)) {
      case "exact" -> Precision.EXACT;
      case "fast" -> Precision.FAST;
      default -> throw configuration.wrong(Setting.PRECISION, "exact or fast");
    };
  }
}
