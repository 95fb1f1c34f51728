package dev.javelin.server.api;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.Message;
import dev.javelin.engine.ReasoningLevel;
import dev.javelin.engine.ResponseFormat;
import dev.javelin.engine.Tool;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Fields;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a client of {@code /v1/chat/completions} asks for, apart from what all generating endpoints
 * share.
 *
 * @param topLogprobs empty: no log-probabilities
 * @param includeUsage whether a stream ends with a chunk that counts tokens
 */
public record ChatRequest(
    Conversation conversation,
    ToolChoice toolChoice,
    boolean stream,
    boolean includeUsage,
    OptionalInt topLogprobs,
    boolean progress) {
  private static final int MAX_TOP = 20;
  private static final String[] WITHOUT_EFFECT = {
    "model",
    "store",
    "metadata",
    "user",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "service_tier",
    "verbosity",
    "modalities",
    "audio",
    "prediction",
    "web_search_options",
    "function_call",
    "functions",
    "moderation",
    "timings_per_token",
    "cache_prompt"
  };

  /**
   * @param today for prompts that show the date
   */
  public static ChatRequest read(Fields fields, LocalDate today) {
    fields.accept(WITHOUT_EFFECT);
    List<Message> messages = ConversationReader.messages(fields);
    List<Tool> tools = ConversationReader.tools(fields);
    ToolChoice choice = ToolChoice.read(fields, tools);
    Conversation conversation =
        new Conversation(
            messages,
            choice.offered(tools),
            ReasoningReader.read(fields),
            responseFormat(fields),
            null,
            today);
    Fields options = fields.object("stream_options").orElse(null);
    boolean usage = options != null && options.flag("include_usage", false);
    if (options != null) {
      options.accept("include_obfuscation", "continuous_usage_stats");
    }
    return new ChatRequest(
        conversation,
        choice,
        fields.flag("stream", false),
        usage,
        topLogprobs(fields),
        fields.flag("return_progress", false));
  }

  /** The reasoning level; null if the request does not say. */
  public static ReasoningLevel reasoning(Fields fields) {
    return ReasoningReader.read(fields);
  }

  private static OptionalInt topLogprobs(Fields fields) {
    boolean wanted = fields.flag("logprobs", false);
    OptionalInt top = fields.integer("top_logprobs", 0, MAX_TOP);
    if (top.isPresent() && top.getAsInt() > 0 && !wanted) {
      throw ApiError.invalid(
          "invalid_value", fields.name("top_logprobs"), "top_logprobs needs logprobs to be true");
    }
    return wanted ? OptionalInt.of(top.orElse(0)) : OptionalInt.empty();
  }

  /** What the prompt tells the model about the form of its answer; null: nothing. */
  public static ResponseFormat responseFormat(Fields fields) {
    Fields format = fields.object("response_format").orElse(null);
    if (format == null) {
      return null;
    }
    return ResponseFormats.read(format, format.object("json_schema").orElse(null));
  }
}
