package dev.javelin.server.api;

import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.Usage;
import java.util.List;

/** Tokens of a request, in OpenAI's words. */
public record UsageBody(
    int promptTokens,
    int completionTokens,
    int totalTokens,
    PromptDetails promptTokensDetails,
    CompletionDetails completionTokensDetails) {
  /**
   * @param cachedTokens tokens of the prompt that needed no computation
   */
  public record PromptDetails(int cachedTokens, int audioTokens) {}

  /**
   * @param reasoningTokens tokens of the answer that are chain of thought
   */
  public record CompletionDetails(
      int reasoningTokens,
      int audioTokens,
      int acceptedPredictionTokens,
      int rejectedPredictionTokens) {}

  /** Of one prompt and all its answers. */
  public static UsageBody of(List<GenerationResult> results) {
    return ofPrompts(results, results.size());
  }

  /** Of several prompts with {@code choices} answers each. */
  public static UsageBody ofPrompts(List<GenerationResult> results, int choices) {
    int prompt = 0;
    int cached = 0;
    for (int first = 0; first < results.size(); first += choices) {
      Usage usage = results.get(first).usage();
      prompt += usage.promptTokens();
      cached += usage.cachedTokens();
    }
    int completion = results.stream().mapToInt(r -> r.usage().completionTokens()).sum();
    int reasoning = results.stream().mapToInt(r -> r.usage().reasoningTokens()).sum();
    return of(prompt, cached, completion, reasoning);
  }

  public static UsageBody of(int prompt, int cached, int completion, int reasoning) {
    return new UsageBody(
        prompt,
        completion,
        prompt + completion,
        new PromptDetails(cached, 0),
        new CompletionDetails(reasoning, 0, 0, 0));
  }
}
