package dev.javelin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.Conversation;
import dev.javelin.engine.Message;
import dev.javelin.engine.ReasoningLevel;
import dev.javelin.engine.ResponseFormat;
import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.ToolCall;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a chat request in the usual JSON form, for formats that are no template. */
final class RequestConversation {
  private RequestConversation() {}

  /**
   * @param date unless the request has a {@code current_date}
   */
  static Conversation of(JsonNode request, LocalDate date) throws IOException {
    List<Message> messages = new ArrayList<>();
    JsonNode given = request.path("messages");
    if (!given.isArray() || given.isEmpty()) {
      throw new IOException("the request needs \"messages\", a list with one message or more");
    }
    for (JsonNode message : given) {
      messages.add(message(message));
    }
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : request.path("tools")) {
      JsonNode function = tool.path("function").isObject() ? tool.path("function") : tool;
      tools.add(
          new Tool(
              required(function, "name"),
              text(function, "description"),
              function.get("parameters")));
    }
    String today = text(request, "current_date");
    return new Conversation(
        messages,
        tools,
        reasoning(request),
        format(request),
        text(request, "model_identity"),
        today == null ? date : LocalDate.parse(today));
  }

  private static Message message(JsonNode json) throws IOException {
    List<ToolCall> calls = new ArrayList<>();
    for (JsonNode call : json.path("tool_calls")) {
      JsonNode function = call.path("function").isObject() ? call.path("function") : call;
      JsonNode arguments = function.path("arguments");
      String text =
          arguments.isTextual()
              ? arguments.textValue()
              : arguments.isMissingNode() ? "{}" : arguments.toString();
      calls.add(new ToolCall(call.path("id").asText(""), required(function, "name"), text));
    }
    String reasoning = null;
    for (String name : List.of("reasoning_content", "reasoning", "thinking")) {
      reasoning = reasoning == null ? text(json, name) : reasoning;
    }
    return new Message(
        role(required(json, "role")),
        content(json.path("content")),
        reasoning,
        calls,
        text(json, "tool_call_id"),
        text(json, "name"));
  }

  private static Role role(String name) throws IOException {
    try {
      return Role.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IOException("a role must be system, developer, user, assistant or tool: " + name);
    }
  }

  /** A string, or the texts of a list of parts. */
  private static String content(JsonNode json) {
    if (!json.isArray()) {
      return json.isNull() || json.isMissingNode()
          ? ""
          : json.isTextual() ? json.textValue() : json.toString();
    }
    StringBuilder text = new StringBuilder();
    json.forEach(part -> text.append(part.path("text").asText("")));
    return text.toString();
  }

  private static ReasoningLevel reasoning(JsonNode request) throws IOException {
    String level = text(request, "reasoning_effort");
    if (level == null) {
      return null;
    }
    return ReasoningLevel.parse(level)
        .orElseThrow(
            () -> new IOException("reasoning_effort must be low, medium or high: " + level));
  }

  private static ResponseFormat format(JsonNode request) {
    JsonNode wanted = request.path("response_format").path("json_schema");
    return wanted.path("schema").isObject()
        ? new ResponseFormat(
            wanted.path("name").asText("response"),
            text(wanted, "description"),
            wanted.path("schema"))
        : null;
  }

  private static String required(JsonNode json, String key) throws IOException {
    if (!json.path(key).isTextual()) {
      throw new IOException("the request lacks a text for \"" + key + "\"");
    }
    return json.path(key).textValue();
  }

  private static String text(JsonNode json, String key) {
    return json.path(key).isTextual() ? json.path(key).textValue() : null;
  }
}
