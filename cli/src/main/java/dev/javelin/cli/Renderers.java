package dev.javelin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.prompt.ChatTemplate;
import dev.javelin.engine.prompt.PromptFormat;
import dev.javelin.engine.prompt.PromptFormats;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Renders requests: by the template that a request names, else by the one given, else as the
 * model's format wants it (its own template, or Harmony). A model is looked at, once, only when it
 * is needed.
 */
final class Renderers {
  private final Supplier<GgufFile> modelFile;
  private final Path template;
  private final Map<Path, ChatTemplate> templates = new HashMap<>();
  private Model model;

  /**
   * A template, or a format that is none; and the texts of the tokens that begin and end a
   * sequence.
   */
  private record Model(
      Optional<ChatTemplate> template, Optional<PromptFormat> format, String bos, String eos) {}

  /**
   * @param template may be null
   */
  Renderers(Supplier<GgufFile> modelFile, Path template) {
    this.modelFile = modelFile;
    this.template = template;
  }

  String render(ObjectNode request) throws IOException {
    LocalDateTime now = time(request.remove("now"));
    JsonNode named = request.remove("template_file");
    Path file = named == null || named.isNull() ? template : Path.of(named.asText());
    if (file != null) {
      return parsed(file).render(request, null, null, now);
    }
    model = model == null ? read(modelFile) : model;
    if (model.template().isPresent()) {
      return model.template().get().render(request, model.bos(), model.eos(), now);
    }
    PromptFormat format =
        model
            .format()
            .orElseThrow(
                () ->
                    new IOException(
                        "this model has no chat format: give one with --template FILE"));
    return format.renderText(RequestConversation.of(request, now.toLocalDate()));
  }

  private ChatTemplate parsed(Path file) throws IOException {
    ChatTemplate known = templates.get(file);
    if (known == null) {
      known = ChatTemplate.parse(TextFile.read(file));
      templates.put(file, known);
    }
    return known;
  }

  private static Model read(Supplier<GgufFile> file) {
    try (var gguf = file.get()) {
      Tokenizer tokenizer = Tokenizer.of(gguf.metadata());
      Optional<ChatTemplate> template =
          PromptFormats.template(gguf.metadata(), tokenizer).map(ChatTemplate::parse);
      Optional<PromptFormat> format = PromptFormats.of(gguf.metadata(), tokenizer);
      return new Model(
          template, format, text(tokenizer, tokenizer.bos()), text(tokenizer, tokenizer.eos()));
    }
  }

  private static String text(Tokenizer tokenizer, OptionalInt id) {
    return id.isPresent() ? tokenizer.decode(new int[] {id.getAsInt()}) : "";
  }

  private static LocalDateTime time(JsonNode now) throws IOException {
    if (now == null || now.isNull()) {
      return LocalDateTime.now();
    }
    String text = now.asText().strip().replaceFirst("Z$|[+-]\\d\\d:\\d\\d$", "").replace(' ', 'T');
    try {
      return text.contains("T") ? LocalDateTime.parse(text) : LocalDate.parse(text).atStartOfDay();
    } catch (DateTimeException e) {
      throw new IOException("now must be a time like 2026-03-04T15:06:07: " + now);
    }
  }
}
