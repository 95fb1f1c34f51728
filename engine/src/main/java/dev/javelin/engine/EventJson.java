package dev.javelin.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The events of one generation as JSON, and back. */
final class EventJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private EventJson() {}

  static ObjectNode write(GenerationEvent event) {
    ObjectNode json = JSON.objectNode();
    switch (event) {
      case GenerationEvent.Text(String piece) -> json.put("text", piece);
      case GenerationEvent.Reasoning(String piece) -> json.put("reasoning", piece);
      case GenerationEvent.ToolCallStarted(int index, String id, String name) ->
          json.put("call", index).put("id", id).put("name", name);
      case GenerationEvent.ToolCallArguments(int index, String piece) ->
          json.put("arguments", piece).put("of", index);
      case GenerationEvent.TokenChosen(TokenLogProbability token) ->
          json.set("token", write(token));
      case GenerationEvent.Prefilled(int done, int total) ->
          json.put("prefilled", done).put("total", total);
      case GenerationEvent.Finished(GenerationResult result) -> json.set("finished", write(result));
      case GenerationEvent.Failed failed ->
          throw new IllegalArgumentException("errors are not recorded: " + failed.error());
    }
    return json;
  }

  static GenerationEvent read(JsonNode json) throws IOException {
    if (json.has("text")) {
      return new GenerationEvent.Text(json.get("text").asText());
    }
    if (json.has("reasoning")) {
      return new GenerationEvent.Reasoning(json.get("reasoning").asText());
    }
    if (json.has("call")) {
      return new GenerationEvent.ToolCallStarted(
          json.get("call").asInt(), json.get("id").asText(), json.get("name").asText());
    }
    if (json.has("arguments")) {
      return new GenerationEvent.ToolCallArguments(
          json.get("of").asInt(), json.get("arguments").asText());
    }
    if (json.has("token")) {
      return new GenerationEvent.TokenChosen(readToken(json.get("token")));
    }
    if (json.has("prefilled")) {
      return new GenerationEvent.Prefilled(
          json.get("prefilled").asInt(), json.get("total").asInt());
    }
    if (json.has("finished")) {
      return new GenerationEvent.Finished(readResult(json.get("finished")));
    }
    throw new IOException("no event of this kind is known: " + json);
  }

  private static ObjectNode write(TokenLogProbability token) {
    ObjectNode json = JSON.objectNode();
    json.put("id", token.id()).put("bytes", token.bytes()).put("logprob", token.logProbability());
    if (!token.top().isEmpty()) {
      ArrayNode top = json.putArray("top");
      token.top().forEach(other -> top.add(write(other)));
    }
    return json;
  }

  private static TokenLogProbability readToken(JsonNode json) throws IOException {
    List<TokenLogProbability> top = new ArrayList<>();
    if (json.has("top")) {
      for (JsonNode other : json.get("top")) {
        top.add(readToken(other));
      }
    }
    // As text, since JSON has no number for minus infinity.
    float logProbability = Float.parseFloat(json.get("logprob").asText());
    return new TokenLogProbability(
        json.get("id").asInt(), json.get("bytes").binaryValue(), logProbability, top);
  }

  private static ObjectNode write(GenerationResult result) {
    ObjectNode json = JSON.objectNode();
    json.put("text", result.text());
    json.put("reasoning", result.reasoning());
    ArrayNode calls = json.putArray("calls");
    for (ToolCall call : result.toolCalls()) {
      calls
          .addObject()
          .put("id", call.id())
          .put("name", call.name())
          .put("arguments", call.arguments());
    }
    json.put("finish", result.finishReason().name());
    result.stop().ifPresent(stop -> json.put("stop", stop));
    ArrayNode ids = json.putArray("ids");
    for (int id : result.ids()) {
      ids.add(id);
    }
    json.put("malformed", result.malformed());
    json.put("obeysRules", result.obeysRules());
    Usage usage = result.usage();
    json.putArray("usage")
        .add(usage.promptTokens())
        .add(usage.cachedTokens())
        .add(usage.completionTokens())
        .add(usage.reasoningTokens());
    Timings timings = result.timings();
    json.putArray("nanos")
        .add(timings.queueNanos())
        .add(timings.prefillNanos())
        .add(timings.decodeNanos());
    return json;
  }

  private static GenerationResult readResult(JsonNode json) {
    List<ToolCall> calls = new ArrayList<>();
    for (JsonNode call : json.get("calls")) {
      calls.add(
          new ToolCall(
              call.get("id").asText(), call.get("name").asText(), call.get("arguments").asText()));
    }
    int[] ids = new int[json.get("ids").size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = json.get("ids").get(i).asInt();
    }
    JsonNode usage = json.get("usage");
    JsonNode nanos = json.get("nanos");
    return new GenerationResult(
        json.get("text").asText(),
        json.get("reasoning").asText(),
        calls,
        FinishReason.valueOf(json.get("finish").asText()),
        Optional.ofNullable(json.get("stop")).map(JsonNode::asText),
        ids,
        json.get("malformed").asInt(),
        json.get("obeysRules").asBoolean(),
        new Usage(
            usage.get(0).asInt(), usage.get(1).asInt(), usage.get(2).asInt(), usage.get(3).asInt()),
        new Timings(nanos.get(0).asLong(), nanos.get(1).asLong(), nanos.get(2).asLong()),
        Optional.empty());
  }
}
