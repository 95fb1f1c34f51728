package dev.javelin.engine.prompt;

import dev.javelin.engine.prompt.chatml.ChatMlFormat;
import dev.javelin.engine.prompt.harmony.HarmonyFormat;
import dev.javelin.engine.prompt.jinja.JinjaException;
import dev.javelin.engine.prompt.template.TemplateFormat;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.Metadata;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses the chat format of a model file: Harmony where the vocabulary has its tokens, else the
 * file's own template, else ChatML where the vocabulary has its tokens, else none.
 */
public final class PromptFormats {
  private static final String IDENTITY_KEY = "javelin.harmony.identity";
  private static final String TEMPLATE_KEY = "tokenizer.chat_template";

  /**
   * Microsoft's BitNet files, whose own template has the wrong words and an end token behind the
   * prompt.
   */
  private static final Set<String> BITNET = Set.of("bitnet-b1.58", "bitnet-25");

  private static final String BITNET_TEMPLATE =
      "{{ bos_token }}{% for m in messages %}{{ m.role | capitalize }}: {{ m.content | trim }}<|eot_id|>{% endfor %}"
          + "{% if add_generation_prompt %}Assistant: {% endif %}";

  private PromptFormats() {}

  /** Empty if the model was never taught a chat; {@link #plain} may still be tried. */
  public static Optional<PromptFormat> of(Metadata metadata, Tokenizer tokenizer) {
    if (HarmonyFormat.fits(tokenizer)) { // gpt-oss, whatever the file calls it
      return Optional.of(
          new HarmonyFormat(tokenizer, metadata.optionalString(IDENTITY_KEY).orElse(null)));
    }
    Optional<String> template = template(metadata, tokenizer);
    if (template.isPresent()) {
      try {
        return Optional.of(new TemplateFormat(tokenizer, template.get(), LocalDateTime::now));
      } catch (JinjaException e) {
        System.getLogger("dev.javelin.engine.prompt")
            .log(
                System.Logger.Level.WARNING,
                "the file's chat template cannot be used: " + e.getMessage());
      }
    }
    return ChatMlFormat.fits(tokenizer)
        ? Optional.of(new ChatMlFormat(tokenizer, defaultSystem(metadata)))
        : Optional.empty();
  }

  /** The template that {@link #of} goes by; empty where it goes by none, as with Harmony. */
  public static Optional<String> template(Metadata metadata, Tokenizer tokenizer) {
    if (HarmonyFormat.fits(tokenizer)) {
      return Optional.empty();
    }
    boolean bitnet = metadata.architecture().filter(BITNET::contains).isPresent();
    return bitnet ? Optional.of(BITNET_TEMPLATE) : metadata.optionalString(TEMPLATE_KEY);
  }

  /**
   * The format that a template of the caller's describes, in place of the file's.
   *
   * @throws ChatTemplateException if the text is no template
   */
  public static PromptFormat ofTemplate(String template, Tokenizer tokenizer) {
    try {
      return new TemplateFormat(tokenizer, template, LocalDateTime::now);
    } catch (JinjaException e) {
      throw new ChatTemplateException(e);
    }
  }

  /** A transcript in plain text, for models without a chat format. */
  public static PromptFormat plain(Tokenizer tokenizer) {
    return new PlainFormat(tokenizer);
  }

  private static String defaultSystem(Metadata metadata) {
    return switch (metadata.optionalString("tokenizer.ggml.pre").orElse("")) {
      case "smollm" -> ChatMlFormat.SMOLLM_SYSTEM;
      case "qwen2" ->
          metadata
              .architecture()
              .filter("qwen2"::equals)
              .map(a -> ChatMlFormat.QWEN_SYSTEM)
              .orElse(null);
      default -> null;
    };
  }
}
