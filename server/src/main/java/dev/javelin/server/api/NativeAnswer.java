package dev.javelin.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.ToolCall;
import java.util.List;

/** The answer of {@code /generate} and {@code /chat}, and the last event of {@code /stream}. */
public record NativeAnswer(
    String id,
    String model,
    String text,
    String reasoning,
    List<ToolCall> toolCalls,
    String finishReason,
    @JsonInclude(JsonInclude.Include.NON_NULL) Boolean obeysRules,
    Tokens usage,
    TimingsBody timings) {
  /** Tokens of a request, in the engine's words. */
  public record Tokens(
      int promptTokens, int cachedTokens, int completionTokens, int reasoningTokens) {}

  public static NativeAnswer of(String id, String model, GenerationResult result) {
    return new NativeAnswer(
        id,
        model,
        result.text(),
        result.reasoning(),
        result.toolCalls(),
        result.finishReason().text(),
        result.obeysRules() ? null : false,
        new Tokens(
            result.usage().promptTokens(),
            result.usage().cachedTokens(),
            result.usage().completionTokens(),
            result.usage().reasoningTokens()),
        TimingsBody.of(result));
  }
}
