package dev.javelin.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.Prompt;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a client of {@code /v1/completions} asks for, apart from what all generating endpoints
 * share.
 *
 * @param echo whether the prompt is repeated in front of the answer
 * @param topLogprobs empty: no log-probabilities
 */
public record CompletionRequest(
    List<Prompt> prompts,
    boolean echo,
    boolean stream,
    boolean includeUsage,
    OptionalInt topLogprobs) {
  private static final int MAX_PROMPTS = 64;
  private static final int MAX_TOP = 20;

  public static CompletionRequest read(Fields fields) {
    fields.accept(
        "model",
        "user",
        "best_of",
        "suffix",
        "store",
        "metadata",
        "cache_prompt",
        "add_special_tokens");
    if (fields.get("suffix") != null && !fields.text("suffix").orElse("").isEmpty()) {
      throw ApiError.notSupported(
          "not_supported", "suffix", "this model cannot fill in text before a suffix");
    }
    boolean echo = fields.flag("echo", false);
    OptionalInt topLogprobs = fields.integer("logprobs", 0, MAX_TOP);
    if (echo && topLogprobs.isPresent()) {
      throw ApiError.notSupported(
          "not_supported",
          "echo",
          "log-probabilities of the prompt are not computed: echo cannot be combined with logprobs");
    }
    Fields options = fields.object("stream_options").orElse(null);
    boolean usage = options != null && options.flag("include_usage", false);
    if (options != null) {
      options.accept("include_obfuscation", "continuous_usage_stats");
    }
    return new CompletionRequest(
        prompts(fields), echo, fields.flag("stream", false), usage, topLogprobs);
  }

  private static List<Prompt> prompts(Fields fields) {
    JsonNode prompt = fields.get("prompt");
    if (prompt == null) {
      throw fields.missing("prompt");
    }
    if (prompt.isTextual()) {
      return List.of(new Prompt.Text(prompt.textValue(), true));
    }
    if (!prompt.isArray() || prompt.isEmpty()) {
      throw fields.wrong(
          "prompt",
          "a string, a list of strings, a list of token ids, or a list of such lists",
          prompt);
    }
    if (prompt.get(0).isNumber()) {
      return List.of(new Prompt.Ids(fields.ids("prompt")));
    }
    if (prompt.size() > MAX_PROMPTS) {
      throw ApiError.invalid(
          "invalid_value",
          "prompt",
          "prompt holds " + prompt.size() + " prompts, at most " + MAX_PROMPTS);
    }
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < prompt.size(); i++) {
      JsonNode one = prompt.get(i);
      if (one.isTextual()) {
        prompts.add(new Prompt.Text(one.textValue(), true));
      } else if (one.isArray()) {
        prompts.add(new Prompt.Ids(fields.ids("prompt[" + i + "]", one)));
      } else {
        throw fields.wrong("prompt[" + i + "]", "a string or a list of token ids", one);
      }
    }
    return prompts;
  }
}
