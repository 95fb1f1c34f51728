package dev.javelin.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Fields;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads how tokens are to be picked: OpenAI's fields and the usual ones beside them. */
final class SamplingReader {
  private static final int MAX_BIASES = 1024;
  private static final double MAX_BIAS = 100;

  private SamplingReader() {}

  static SamplingParameters read(Fields fields, SamplingParameters defaults, int vocabularySize) {
    return new SamplingParameters(
        number(fields, "temperature", 0, 100, defaults.temperature()),
        topK(fields, defaults.topK()),
        number(fields, "top_p", 0, 1, defaults.topP()),
        number(fields, "min_p", 0, 1, defaults.minP()),
        repetition(fields, defaults.repetitionPenalty()),
        window(fields, defaults.penaltyWindow()),
        number(fields, "presence_penalty", -2, 2, defaults.presencePenalty()),
        number(fields, "frequency_penalty", -2, 2, defaults.frequencyPenalty()),
        biases(fields, vocabularySize),
        seed(fields, defaults.seed()));
  }

  private static float number(
      Fields fields, String field, double min, double max, float otherwise) {
    OptionalDouble value = fields.number(field, min, max);
    return value.isPresent() ? (float) value.getAsDouble() : otherwise;
  }

  private static int topK(Fields fields, int otherwise) {
    OptionalInt value = fields.integer("top_k", -1, Integer.MAX_VALUE);
    return value.isPresent() ? Math.max(0, value.getAsInt()) : otherwise;
  }

  private static float repetition(Fields fields, float otherwise) {
    float value = number(fields, "repeat_penalty", 0.01, 100, otherwise);
    return number(fields, "repetition_penalty", 0.01, 100, value);
  }

  /** -1 stands for the whole text, as in llama.cpp. */
  private static int window(Fields fields, int otherwise) {
    OptionalInt tokens = fields.integer("repeat_last_n", -1, Integer.MAX_VALUE);
    return tokens.isPresent() && tokens.getAsInt() == -1
        ? SamplingParameters.WHOLE_TEXT
        : tokens.orElse(otherwise);
  }

  private static OptionalLong seed(Fields fields, OptionalLong otherwise) {
    OptionalLong seed = fields.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    return seed.isPresent() ? seed : otherwise;
  }

  private static Map<Integer, Float> biases(Fields fields, int vocabularySize) {
    JsonNode object = fields.get("logit_bias");
    if (object == null) {
      return Map.of();
    }
    if (!object.isObject()) {
      throw fields.wrong("logit_bias", "an object of token ids and numbers", object);
    }
    if (object.size() > MAX_BIASES) {
      throw ApiError.invalid(
          "invalid_value",
          fields.name("logit_bias"),
          "logit_bias holds " + object.size() + " tokens, at most " + MAX_BIASES);
    }
    Map<Integer, Float> result = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      JsonNode bias = entry.getValue();
      if (!bias.isNumber() || Math.abs(bias.doubleValue()) > MAX_BIAS) {
        throw fields.wrong("logit_bias", "an object of numbers from -100 to 100", bias);
      }
      result.put(tokenId(fields, entry.getKey(), vocabularySize), forbidding(bias.floatValue()));
    }
    return result;
  }

  /** OpenAI promises that -100 bans a token, whatever its logit is. */
  private static float forbidding(float bias) {
    return bias <= -MAX_BIAS ? Float.NEGATIVE_INFINITY : bias;
  }

  private static int tokenId(Fields fields, String key, int vocabularySize) {
    try {
      int id = Integer.parseInt(key);
      if (id >= 0 && id < vocabularySize) {
        return id;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw ApiError.invalid(
        "invalid_value",
        fields.name("logit_bias"),
        "logit_bias has a key that is no token id from 0 to "
            + (vocabularySize - 1)
            + ": "
            + (key.length() > 40 ? key.substring(0, 40) + "..." : key));
  }
}
