package dev.javelin.cli;

import dev.javelin.engine.sampling.SamplingParameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Sampling parameters by the names that a chat's {@code /set} uses. */
final class SamplingSetting {
  private SamplingSetting() {}

  static SamplingParameters change(SamplingParameters p, String name, String value) {
    try {
      return switch (name) {
        case "temperature", "temp" -> p.withTemperature(Float.parseFloat(value));
        case "top-k" -> p.withTopK(Integer.parseInt(value));
        case "top-p" -> p.withTopP(Float.parseFloat(value));
        case "min-p" -> p.withMinP(Float.parseFloat(value));
        case "repetition-penalty" -> p.withRepetitionPenalty(Float.parseFloat(value));
        case "presence-penalty" -> withPenalties(p, Float.parseFloat(value), p.frequencyPenalty());
        case "frequency-penalty" -> withPenalties(p, p.presencePenalty(), Float.parseFloat(value));
        case "seed" -> withSeed(p, Long.parseLong(value));
        default -> throw new IllegalArgumentException("no such setting: " + name + "; /help lists them");
      };
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException(name + " needs a number, not '" + value + "'");
    }
  }

  private static SamplingParameters withPenalties(SamplingParameters p, float presence, float frequency) {
    return new SamplingParameters(p.temperature(), p.topK(), p.topP(), p.minP(), p.repetitionPenalty(),
        p.penaltyWindow(), presence, frequency, p.logitBias(), p.seed());
  }

  private static SamplingParameters withSeed(SamplingParameters p, long seed) {
    return new SamplingParameters(p.temperature(), p.topK(), p.topP(), p.minP(), p.repetitionPenalty(),
        p.penaltyWindow(), p.presencePenalty(), p.frequencyPenalty(), p.logitBias(), OptionalLong.of(seed));
  }

  static Map<String, String> values(SamplingParameters p) {
    var values = new LinkedHashMap<String, String>();
    values.put("temperature", Float.toString(p.temperature()));
    values.put("top-k", Integer.toString(p.topK()));
    values.put("top-p", Float.toString(p.topP()));
    values.put("min-p", Float.toString(p.minP()));
    values.put("repetition-penalty", Float.toString(p.repetitionPenalty()));
    values.put("presence-penalty", Float.toString(p.presencePenalty()));
    values.put("frequency-penalty", Float.toString(p.frequencyPenalty()));
    values.put("seed", p.seed().isPresent() ? Long.toString(p.seed().getAsLong()) : "random");
    return values;
  }
}
