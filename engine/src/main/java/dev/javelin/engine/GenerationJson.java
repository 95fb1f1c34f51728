package dev.javelin.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.constrain.ConstraintCompiler;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.sampling.SamplerState;
import dev.javelin.engine.sampling.SamplingParameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a stopped generation needs beside its tokens and blocks, as JSON. The prompt is not written,
 * its tokens are in the file; of a conversation only the tools matter from here on. Rules are
 * written as the sources of their constraints: how far the answer has come in them follows from its
 * tokens.
 */
final class GenerationJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** What {@link #write} wrote. */
  record State(GenerationRequest request, int promptTokens, SamplerState sampler) {}

  private GenerationJson() {}

  static ObjectNode write(GenerationRequest request, int promptTokens, SamplerState sampler) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("prompt_tokens", promptTokens);
    json.put("chat", request.prompt() instanceof Prompt.Chat);
    if (request.prompt() instanceof Prompt.Chat(Conversation conversation)) {
      ArrayNode tools = json.putArray("tools");
      for (Tool tool : conversation.tools()) {
        tools
            .addObject()
            .put("name", tool.name())
            .put("description", tool.description())
            .set("parameters", tool.parameters());
      }
    }
    request.sampling().ifPresent(value -> json.set("sampling", sampling(value)));
    request.maxTokens().ifPresent(value -> json.put("max_tokens", value));
    request.stop().forEach(json.putArray("stop")::add);
    json.put("ignore_end", request.ignoreEnd());
    request.topLogProbabilities().ifPresent(value -> json.put("top_log_probabilities", value));
    json.put("priority", request.priority());
    json.put("cache_salt", request.cacheSalt());
    request.rules().ifPresent(rules -> json.set("rules", RequestKey.rules(rules)));
    ArrayNode random = json.putArray("random");
    for (long word : sampler.random()) {
      random.add(word);
    }
    return json;
  }

  static ObjectNode sampling(SamplingParameters p) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("temperature", p.temperature());
    json.put("top_k", p.topK());
    json.put("top_p", p.topP());
    json.put("min_p", p.minP());
    json.put("repetition_penalty", p.repetitionPenalty());
    json.put("penalty_window", p.penaltyWindow());
    json.put("presence_penalty", p.presencePenalty());
    json.put("frequency_penalty", p.frequencyPenalty());
    p.seed().ifPresent(seed -> json.put("seed", seed));
    ObjectNode bias = json.putObject("logit_bias");
    new TreeMap<>(p.logitBias()).forEach((token, value) -> bias.put(token.toString(), value));
    return json;
  }

  /**
   * @param tokens of prompt and answer so far
   * @param compiler asked for if there are rules
   * @throws CheckpointInvalid if the text is no such state
   */
  static State read(String text, int tokens, Supplier<ConstraintCompiler> compiler, String place) {
    try {
      JsonNode json = MAPPER.readTree(text);
      if (json.isObject()) {
        return state(json, tokens, compiler);
      }
    } catch (JsonProcessingException | RuntimeException e) {
      throw new CheckpointInvalid(place + ": its description cannot be read: " + e.getMessage(), e);
    }
    throw new CheckpointInvalid(place + ": holds a conversation, no generation in progress");
  }

  private static State state(JsonNode json, int tokens, Supplier<ConstraintCompiler> compiler) {
    int promptTokens = json.required("prompt_tokens").asInt();
    if (promptTokens < 1 || promptTokens > tokens) {
      throw new IllegalArgumentException(
          "the prompt must be 1 to " + tokens + " tokens: " + promptTokens);
    }
    return new State(request(json, compiler), promptTokens, sampler(json));
  }

  private static GenerationRequest request(JsonNode json, Supplier<ConstraintCompiler> compiler) {
    GenerationRequest.Builder request = GenerationRequest.builder(prompt(json));
    if (json.has("sampling")) {
      request.sampling(readSampling(json.get("sampling")));
    }
    if (json.has("max_tokens")) {
      request.maxTokens(json.get("max_tokens").asInt());
    }
    List<String> stop = new ArrayList<>();
    json.required("stop").forEach(entry -> stop.add(entry.asText()));
    request.stop(stop).ignoreEnd(json.required("ignore_end").asBoolean());
    if (json.has("top_log_probabilities")) {
      request.topLogProbabilities(json.get("top_log_probabilities").asInt());
    }
    if (json.has("rules")) {
      request.rules(rules(json.get("rules"), compiler.get()));
    }
    return request
        .priority(json.required("priority").asInt())
        .cacheSalt(json.required("cache_salt").asText())
        .build();
  }

  private static Prompt prompt(JsonNode json) {
    if (!json.required("chat").asBoolean()) {
      return new Prompt.Ids(new int[0]);
    }
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : json.required("tools")) {
      JsonNode parameters = tool.get("parameters");
      tools.add(
          new Tool(
              tool.required("name").asText(),
              tool.required("description").isNull() ? null : tool.get("description").asText(),
              parameters == null || parameters.isNull() ? null : parameters));
    }
    return new Prompt.Chat(new Conversation(List.of(), tools, null, null, null, null));
  }

  private static AnswerRules rules(JsonNode json, ConstraintCompiler compiler) {
    List<AnswerRules.Call> calls = new ArrayList<>();
    for (JsonNode call : json.path("calls")) {
      call.properties()
          .forEach(
              e ->
                  calls.add(
                      new AnswerRules.Call(e.getKey(), compiler.ofSource(e.getValue().asText()))));
    }
    return new AnswerRules(
        json.required("text").asBoolean(),
        Optional.ofNullable(json.get("constraint")).map(c -> compiler.ofSource(c.asText())),
        calls,
        !json.path("single").asBoolean());
  }

  private static SamplingParameters readSampling(JsonNode json) {
    Map<Integer, Float> bias = new HashMap<>();
    json.required("logit_bias")
        .properties()
        .forEach(e -> bias.put(Integer.valueOf(e.getKey()), e.getValue().floatValue()));
    return new SamplingParameters(
        json.required("temperature").floatValue(),
        json.required("top_k").asInt(),
        json.required("top_p").floatValue(),
        json.required("min_p").floatValue(),
        json.required("repetition_penalty").floatValue(),
        json.required("penalty_window").asInt(),
        json.required("presence_penalty").floatValue(),
        json.required("frequency_penalty").floatValue(),
        bias,
        json.has("seed") ? OptionalLong.of(json.get("seed").asLong()) : OptionalLong.empty());
  }

  private static SamplerState sampler(JsonNode json) {
    JsonNode words = json.required("random");
    long[] random = new long[words.size()];
    for (int i = 0; i < random.length; i++) {
      random[i] = words.get(i).asLong();
    }
    return new SamplerState(random);
  }
}
