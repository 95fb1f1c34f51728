package dev.javelin.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.ToolCall;
import java.util.List;

/** A whole answer of {@code /v1/chat/completions}. */
public record ChatCompletion(
    String id,
    String object,
    long created,
    String model,
    List<Choice> choices,
    UsageBody usage,
    String systemFingerprint,
    TimingsBody timings) {
  /**
   * One of the answers asked for with {@code n}.
   *
   * @param obeysRules false if the token limit cut an answer before it could validate; else left
   *     out
   */
  public record Choice(
      int index,
      ChatMessage message,
      Logprobs logprobs,
      String finishReason,
      @JsonInclude(JsonInclude.Include.NON_NULL) Boolean obeysRules) {}

  /** Tokens of the answer, without those of the reasoning. */
  public record Logprobs(List<TokenLogprob> content, List<TokenLogprob> refusal) {}

  /** What the assistant says; reasoning under both names that clients look for. */
  public record ChatMessage(
      String role,
      String content,
      String refusal,
      @JsonInclude(JsonInclude.Include.NON_NULL) String reasoningContent,
      @JsonInclude(JsonInclude.Include.NON_NULL) String reasoning,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Call> toolCalls) {
    public static ChatMessage of(GenerationResult result) {
      String reasoning = result.reasoning().isEmpty() ? null : result.reasoning();
      boolean onlyCalls = result.text().isEmpty() && !result.toolCalls().isEmpty();
      return new ChatMessage(
          "assistant",
          onlyCalls ? null : result.text(),
          null,
          reasoning,
          reasoning,
          result.toolCalls().stream().map(Call::of).toList());
    }
  }

  /** A function call. */
  public record Call(String id, String type, Function function) {
    static Call of(ToolCall call) {
      return new Call(call.id(), "function", new Function(call.name(), call.arguments()));
    }
  }

  /** What is called. */
  public record Function(String name, String arguments) {}
}
