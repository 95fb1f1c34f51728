package dev.javelin.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.prompt.AnswerRules;

/**
 * All that a request says, as JSON with one order: equal requests have equal texts, and whatever
 * could change an answer changes the text. The cache salt cannot, and is left out.
 */
public final class RequestKey {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private RequestKey() {}

  /**
   * @throws NotSupported if the request refers to keys and values in memory
   */
  public static ObjectNode of(GenerationRequest request) {
    return of(request, request.rules().map(RequestKey::rules).orElse(null));
  }

  /** The same with other rules. */
  static ObjectNode of(GenerationRequest request, ObjectNode rules) {
    if (request.keepBlocks() || request.past().isPresent()) {
      throw new NotSupported(
          "a request that keeps keys and values, or goes on from them, cannot be recorded");
    }
    ObjectNode json = JSON.objectNode();
    json.set("prompt", prompt(request.prompt()));
    request.sampling().ifPresent(value -> json.set("sampling", GenerationJson.sampling(value)));
    request.maxTokens().ifPresent(value -> json.put("maxTokens", value));
    if (!request.stop().isEmpty()) {
      request.stop().forEach(json.putArray("stop")::add);
    }
    put(json, "ignoreEnd", request.ignoreEnd());
    request.topLogProbabilities().ifPresent(value -> json.put("topLogProbabilities", value));
    request.deadline().ifPresent(value -> json.put("deadline", value.toString()));
    if (request.priority() != 0) {
      json.put("priority", request.priority());
    }
    put(json, "promptProgress", request.promptProgress());
    if (rules != null) {
      json.set("rules", rules);
    }
    return json;
  }

  private static void put(ObjectNode json, String name, boolean value) {
    if (value) {
      json.put(name, true);
    }
  }

  /** The rules, with the sources of their constraints. */
  static ObjectNode rules(AnswerRules rules) {
    ObjectNode json = JSON.objectNode();
    json.put("text", rules.text());
    rules.constraint().ifPresent(constraint -> json.put("constraint", constraint.source()));
    if (!rules.calls().isEmpty()) {
      put(json, "single", !rules.parallel());
      ArrayNode calls = json.putArray("calls");
      rules.calls().forEach(call -> calls.addObject().put(call.name(), call.arguments().source()));
    }
    return json;
  }

  /** The rules of a text under this constraint. */
  static ObjectNode rules(String constraintSource) {
    return JSON.objectNode().put("text", true).put("constraint", constraintSource);
  }

  private static ObjectNode prompt(Prompt prompt) {
    ObjectNode json = JSON.objectNode();
    switch (prompt) {
      case Prompt.Text(String text, boolean parseSpecial) -> {
        json.put("text", text);
        put(json, "parseSpecial", parseSpecial);
      }
      case Prompt.Ids(int[] ids) -> {
        ArrayNode array = json.putArray("ids");
        for (int id : ids) {
          array.add(id);
        }
      }
      case Prompt.Chat(Conversation conversation) -> put(json, conversation);
    }
    return json;
  }

  private static void put(ObjectNode json, Conversation conversation) {
    ArrayNode messages = json.putArray("messages");
    conversation.messages().forEach(message -> messages.add(message(message)));
    if (!conversation.tools().isEmpty()) {
      ArrayNode tools = json.putArray("tools");
      for (Tool tool : conversation.tools()) {
        ObjectNode entry = tools.addObject().put("name", tool.name());
        put(entry, "description", tool.description());
        put(entry, "parameters", tool.parameters());
      }
    }
    if (conversation.reasoning() != null) {
      json.put("reasoning", conversation.reasoning().text());
    }
    if (conversation.responseFormat() != null) {
      ResponseFormat format = conversation.responseFormat();
      ObjectNode entry = json.putObject("responseFormat").put("name", format.name());
      put(entry, "description", format.description());
      entry.set("schema", format.schema());
    }
    put(json, "identity", conversation.identity());
    if (conversation.currentDate() != null) {
      json.put("currentDate", conversation.currentDate().toString());
    }
  }

  private static ObjectNode message(Message message) {
    ObjectNode json = JSON.objectNode();
    json.put("role", message.role().name());
    json.put("content", message.content());
    put(json, "reasoning", message.reasoning());
    if (!message.toolCalls().isEmpty()) {
      ArrayNode calls = json.putArray("toolCalls");
      for (ToolCall call : message.toolCalls()) {
        calls
            .addObject()
            .put("id", call.id())
            .put("name", call.name())
            .put("arguments", call.arguments());
      }
    }
    put(json, "toolCallId", message.toolCallId());
    put(json, "name", message.name());
    return json;
  }

  private static void put(ObjectNode json, String name, String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static void put(ObjectNode json, String name, JsonNode value) {
    if (value != null) {
      json.set(name, value);
    }
  }
}
