package dev.javelin.engine.prompt;

import dev.javelin.engine.prompt.chatml.ChatMlFormat;
import dev.javelin.engine.prompt.harmony.HarmonyFormat;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.Metadata;
import java.util.Optional;

/** Chooses the chat format of a model file. */
public final class PromptFormats {
  private static final String IDENTITY_KEY = "javelin.harmony.identity";

  private PromptFormats() {}

  /** Empty if the model was never taught a chat; {@link #plain} may still be tried. */
  public static Optional<PromptFormat> of(Metadata metadata, Tokenizer tokenizer) {
    if (HarmonyFormat.fits(tokenizer)) { // gpt-oss, whatever the file calls it
      return Optional.of(new HarmonyFormat(tokenizer, metadata.optionalString(IDENTITY_KEY).orElse(null)));
    }
    if (ChatMlFormat.fits(tokenizer)) {
      return Optional.of(new ChatMlFormat(tokenizer, defaultSystem(metadata)));
    }
    return Optional.empty();
  }

  /** A transcript in plain text, for models without a chat format. */
  public static PromptFormat plain(Tokenizer tokenizer) {
    return new PlainFormat(tokenizer);
  }

  private static String defaultSystem(Metadata metadata) {
    return switch (metadata.optionalString("tokenizer.ggml.pre").orElse("")) {
      case "smollm" -> ChatMlFormat.SMOLLM_SYSTEM;
      case "qwen2" -> metadata.architecture().filter("qwen2"::equals).map(a -> ChatMlFormat.QWEN_SYSTEM).orElse(null);
      default -> null;
    };
  }
}
