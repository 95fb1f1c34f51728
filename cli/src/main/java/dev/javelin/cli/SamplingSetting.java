package dev.javelin.cli;

import dev.javelin.engine.sampling.SamplingParameters;
import java.util.LinkedHashMap;
import java.util.Map;

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
        case "presence-penalty" -> p.withPresencePenalty(Float.parseFloat(value));
        case "frequency-penalty" -> p.withFrequencyPenalty(Float.parseFloat(value));
        case "seed" -> p.withSeed(Long.parseLong(value));
        default ->
            throw new IllegalArgumentException("no such setting: " + name + "; /help lists them");
      };
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException(name + " needs a number, not '" + value + "'");
    }
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
