package dev.javelin.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;

/**
 * One piece of a streamed answer of {@code /v1/chat/completions}.
 *
 * @param usage left out if null; {@link #usageLater} until the last chunk, if the client asked for
 *     it
 */
public record ChatChunk(
    String id,
    String object,
    long created,
    String model,
    String systemFingerprint,
    List<Choice> choices,
    @JsonInclude(JsonInclude.Include.NON_NULL) Object usage,
    @JsonInclude(JsonInclude.Include.NON_NULL) TimingsBody timings,
    @JsonInclude(JsonInclude.Include.NON_NULL) Progress promptProgress) {
  /**
   * More of one of the answers.
   *
   * @param obeysRules false in the last chunk of an answer that was cut before it could validate;
   *     else left out
   */
  public record Choice(
      int index,
      Delta delta,
      ChatCompletion.Logprobs logprobs,
      String finishReason,
      @JsonInclude(JsonInclude.Include.NON_NULL) Boolean obeysRules) {}

  /** How much of the prompt has been read, if the client asked with {@code return_progress}. */
  public record Progress(int processed, int total) {}

  /** What is new. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Delta(
      String role,
      String content,
      String reasoningContent,
      String reasoning,
      List<CallDelta> toolCalls) {
    public static final Delta NOTHING = new Delta(null, null, null, null, null);

    public static Delta first() {
      return new Delta("assistant", "", null, null, null);
    }

    public static Delta content(String piece) {
      return new Delta(null, piece, null, null, null);
    }

    public static Delta reasoning(String piece) {
      return new Delta(null, null, piece, piece, null);
    }

    public static Delta call(CallDelta call) {
      return new Delta(null, null, null, null, List.of(call));
    }
  }

  /** More of a function call: its id, type and name once, then its arguments. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CallDelta(int index, String id, String type, FunctionDelta function) {
    public static CallDelta start(int index, String id, String name) {
      return new CallDelta(index, id, "function", new FunctionDelta(name, ""));
    }

    public static CallDelta more(int index, String arguments) {
      return new CallDelta(index, null, null, new FunctionDelta(null, arguments));
    }
  }

  /** More of what is called. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FunctionDelta(String name, String arguments) {}

  /** A usage field that is there but says nothing yet. */
  public static Object usageLater() {
    return NullNode.getInstance();
  }
}
