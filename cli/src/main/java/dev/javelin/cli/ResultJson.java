package dev.javelin.cli;

import dev.javelin.engine.GenerationResult;
import java.util.LinkedHashMap;
import java.util.Map;

/** The object that {@code generate --json} prints; its names are a contract with scripts. */
final class ResultJson {
  private ResultJson() {}

  static Map<String, Object> of(String model, GenerationResult result, long loadNanos) {
    var json = new LinkedHashMap<String, Object>();
    json.put("model", model);
    json.put("text", result.text());
    json.put("reasoning", result.reasoning());
    json.put(
        "tool_calls",
        result.toolCalls().stream()
            .map(
                call ->
                    ordered("id", call.id(), "name", call.name(), "arguments", call.arguments()))
            .toList());
    json.put("finish_reason", result.finishReason().text());
    if (!result.obeysRules()) {
      json.put("obeys_rules", false);
    }
    json.put("ids", result.ids());
    var usage = result.usage();
    json.put(
        "usage",
        ordered(
            "prompt_tokens", usage.promptTokens(),
            "cached_tokens", usage.cachedTokens(),
            "completion_tokens", usage.completionTokens(),
            "reasoning_tokens", usage.reasoningTokens()));
    var timings = result.timings();
    json.put(
        "timings",
        ordered(
            "load_ms", millis(loadNanos),
            "first_token_ms", millis(timings.timeToFirstTokenNanos()),
            "prefill_ms", millis(timings.prefillNanos()),
            "decode_ms", millis(timings.decodeNanos()),
            "prefill_tokens_per_second", timings.prefillTokensPerSecond(usage),
            "decode_tokens_per_second", timings.decodeTokensPerSecond(usage)));
    return json;
  }

  static double millis(long nanos) {
    return Math.round(nanos / 1e3) / 1e3;
  }

  /** A map from alternating names and values, in this order. */
  static Map<String, Object> ordered(Object... namesAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
