package dev.javelin.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.javelin.engine.TokenLogProbability;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer of {@code /v1/completions}, or a piece of one: both look the same.
 *
 * @param usage left out if null
 */
public record TextCompletion(
    String id,
    String object,
    long created,
    String model,
    String systemFingerprint,
    List<Choice> choices,
    @JsonInclude(JsonInclude.Include.NON_NULL) Object usage,
    @JsonInclude(JsonInclude.Include.NON_NULL) TimingsBody timings) {
  /**
   * One continuation of one prompt, or a piece of it.
   *
   * @param obeysRules false with the end of a text that was cut before it could validate; else left
   *     out
   */
  public record Choice(
      String text,
      int index,
      Logprobs logprobs,
      String finishReason,
      @JsonInclude(JsonInclude.Include.NON_NULL) Boolean obeysRules) {}

  /** Log-probabilities in the old form: four lists of equal length. */
  public record Logprobs(
      List<String> tokens,
      List<Double> tokenLogprobs,
      List<Map<String, Double>> topLogprobs,
      List<Integer> textOffset) {
    public static Logprobs of(List<ContentLogprobs.Placed> chosen) {
      Logprobs result =
          new Logprobs(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (ContentLogprobs.Placed placed : chosen) {
        TokenLogProbability token = placed.token();
        result.tokens.add(TokenLogprob.text(token));
        result.tokenLogprobs.add(TokenLogprob.finite(token));
        Map<String, Double> top = new LinkedHashMap<>();
        token.top().forEach(t -> top.put(TokenLogprob.text(t), TokenLogprob.finite(t)));
        result.topLogprobs.add(top);
        result.textOffset.add(placed.start());
      }
      return result;
    }

    /** The tokens of several pieces, one after the other. */
    public void addAll(Logprobs more) {
      tokens.addAll(more.tokens);
      tokenLogprobs.addAll(more.tokenLogprobs);
      topLogprobs.addAll(more.topLogprobs);
      textOffset.addAll(more.textOffset);
    }
  }
}
