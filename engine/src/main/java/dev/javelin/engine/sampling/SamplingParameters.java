package dev.javelin.engine.sampling;

import java.util.Map;
import java.util.OptionalLong;

/**
 * How the next token is picked.
 *
 * @param temperature divides the logits before the draw; 0 always takes the most likely token
 * @param topK keeps so many of the most likely tokens; 0 or less keeps all
 * @param topP keeps the fewest most likely tokens whose probabilities add up to this; 1 keeps all
 * @param minP keeps tokens at least this fraction as likely as the most likely one; 0 keeps all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens seen in the
 *     window, be they of the prompt or of the answer; 1 changes nothing
 * @param penaltyWindow how many tokens back the repetition penalty looks; {@link #WHOLE_TEXT} for
 *     all; 0 for none
 * @param presencePenalty is subtracted once from the logit of each token that the answer holds
 * @param frequencyPenalty is subtracted for each time that the answer holds a token
 * @param logitBias is added to the logits of these tokens
 * @param seed makes the draws repeatable; without one each run differs
 */
public record SamplingParameters(
    float temperature,
    int topK,
    float topP,
    float minP,
    float repetitionPenalty,
    int penaltyWindow,
    float presencePenalty,
    float frequencyPenalty,
    Map<Integer, Float> logitBias,
    OptionalLong seed) {

  /** A penalty window without a limit. */
  public static final int WHOLE_TEXT = Integer.MAX_VALUE;

  /** Always the most likely token, nothing else changed. */
  public static final SamplingParameters GREEDY =
      new SamplingParameters(0f, 0, 1f, 0f, 1f, 64, 0f, 0f, Map.of(), OptionalLong.empty());

  private static final SamplingParameters DEFAULTS =
      GREEDY.withTemperature(0.8f).withTopK(40).withTopP(0.95f).withMinP(0.05f);

  public SamplingParameters {
    require(
        temperature >= 0 && Float.isFinite(temperature),
        "temperature",
        "a finite number of at least 0",
        temperature);
    require(topP >= 0 && topP <= 1, "top-p", "0 to 1", topP);
    require(minP >= 0 && minP <= 1, "min-p", "0 to 1", minP);
    require(
        repetitionPenalty > 0 && Float.isFinite(repetitionPenalty),
        "repetition penalty",
        "a finite number above 0",
        repetitionPenalty);
    require(penaltyWindow >= 0, "penalty window", "at least 0 tokens", penaltyWindow);
    require(
        Float.isFinite(presencePenalty), "presence penalty", "a finite number", presencePenalty);
    require(
        Float.isFinite(frequencyPenalty), "frequency penalty", "a finite number", frequencyPenalty);
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach(
        (id, bias) -> {
          require(id >= 0, "logit bias", "for token ids of at least 0", id);
          require(
              bias < Float.POSITIVE_INFINITY,
              "logit bias",
              "below infinity (minus infinity forbids a token)",
              bias);
        });
  }

  /** What is used when neither the request nor the model says anything. */
  public static SamplingParameters defaults() {
    return DEFAULTS;
  }

  public SamplingParameters withTemperature(float value) {
    return new SamplingParameters(
        value,
        topK,
        topP,
        minP,
        repetitionPenalty,
        penaltyWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  public SamplingParameters withTopK(int value) {
    return new SamplingParameters(
        temperature,
        value,
        topP,
        minP,
        repetitionPenalty,
        penaltyWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  public SamplingParameters withTopP(float value) {
    return new SamplingParameters(
        temperature,
        topK,
        value,
        minP,
        repetitionPenalty,
        penaltyWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  public SamplingParameters withMinP(float value) {
    return new SamplingParameters(
        temperature,
        topK,
        topP,
        value,
        repetitionPenalty,
        penaltyWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  public SamplingParameters withRepetitionPenalty(float value) {
    return new SamplingParameters(
        temperature,
        topK,
        topP,
        minP,
        value,
        penaltyWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  public SamplingParameters withPenaltyWindow(int tokens) {
    return new SamplingParameters(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        tokens,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  public SamplingParameters withPresencePenalty(float value) {
    return new SamplingParameters(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        penaltyWindow,
        value,
        frequencyPenalty,
        logitBias,
        seed);
  }

  public SamplingParameters withFrequencyPenalty(float value) {
    return new SamplingParameters(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        penaltyWindow,
        presencePenalty,
        value,
        logitBias,
        seed);
  }

  public SamplingParameters withLogitBias(Map<Integer, Float> value) {
    return new SamplingParameters(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        penaltyWindow,
        presencePenalty,
        frequencyPenalty,
        value,
        seed);
  }

  public SamplingParameters withSeed(long value) {
    return new SamplingParameters(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        penaltyWindow,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        OptionalLong.of(value));
  }

  /** True if tokens of the recent past, the prompt among it, change the logits. */
  public boolean penalizesRecent() {
    return penaltyWindow > 0 && repetitionPenalty != 1;
  }

  /** True if tokens of the answer change the logits. */
  public boolean penalizesWritten() {
    return presencePenalty != 0 || frequencyPenalty != 0;
  }

  private static void require(boolean holds, String what, String rule, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(what + " must be " + rule + ": " + value);
    }
  }
}
