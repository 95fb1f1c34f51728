package dev.javelin.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.Message;
import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.ToolCall;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads OpenAI's {@code messages} and {@code tools}. */
public final class ConversationReader {
  private static final Set<String> TEXT_PARTS =
      Set.of("text", "input_text", "output_text", "refusal");

  private ConversationReader() {}

  /** The field {@code messages}: at least one. */
  public static List<Message> messages(Fields fields) {
    if (!fields.has("messages")) {
      throw fields.missing("messages");
    }
    List<Fields> list = fields.objects("messages");
    if (list.isEmpty()) {
      throw ApiError.invalid(
          "invalid_value", fields.name("messages"), "messages must hold at least one message");
    }
    List<Message> result = new ArrayList<>();
    for (Fields message : list) {
      result.add(message(message));
    }
    return result;
  }

  private static Message message(Fields fields) {
    Role role = role(fields);
    String content = content(fields, "content");
    String name = fields.text("name").orElse(null);
    String reasoning = null;
    for (String field : List.of("reasoning_content", "reasoning", "thinking")) {
      String found = fields.text(field).orElse(null);
      reasoning = reasoning == null ? found : reasoning;
    }
    fields.accept("refusal", "audio", "function_call", "annotations");
    List<ToolCall> calls = calls(fields);
    String callId = fields.text("tool_call_id").orElse(null);
    return switch (role) {
      case ASSISTANT -> {
        if (content == null && calls.isEmpty() && reasoning == null) {
          throw fields.missing("content");
        }
        yield new Message(role, content, reasoning, calls, null, name);
      }
      case TOOL -> new Message(role, required(fields, content), null, List.of(), callId, name);
      case SYSTEM, DEVELOPER, USER ->
          new Message(role, required(fields, content), null, List.of(), null, name);
    };
  }

  private static String required(Fields fields, String content) {
    if (content == null) {
      throw fields.missing("content");
    }
    return content;
  }

  private static Role role(Fields fields) {
    String role = fields.requiredText("role");
    return switch (role) {
      case "system" -> Role.SYSTEM;
      case "developer" -> Role.DEVELOPER;
      case "user" -> Role.USER;
      case "assistant" -> Role.ASSISTANT;
      case "tool", "function" -> Role.TOOL;
      default ->
          throw fields.wrong(
              "role", "one of system, developer, user, assistant, tool", fields.get("role"));
    };
  }

  /** A string, or the texts of a list of parts; null if the field is not there. */
  public static String content(Fields fields, String field) {
    JsonNode value = fields.get(field);
    if (value == null) {
      return null;
    }
    if (value.isTextual()) {
      return value.textValue();
    }
    if (!value.isArray()) {
      throw fields.wrong(field, "a string or a list of parts", value);
    }
    StringBuilder text = new StringBuilder();
    for (Fields part : fields.objects(field)) {
      String type = part.requiredText("type");
      if (!TEXT_PARTS.contains(type)) {
        throw ApiError.invalid(
            "unsupported_content",
            part.name("type"),
            part.name("type") + ": this server reads text only, not " + shown(type));
      }
      text.append(
          type.equals("refusal") ? part.requiredText("refusal") : part.requiredText("text"));
      part.accept("cache_control", "annotations", "logprobs");
    }
    return text.toString();
  }

  private static String shown(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  private static List<ToolCall> calls(Fields fields) {
    List<ToolCall> result = new ArrayList<>();
    for (Fields call : fields.objects("tool_calls")) {
      call.accept("type", "index");
      Fields function = call.object("function").orElseThrow(() -> call.missing("function"));
      result.add(
          new ToolCall(
              call.requiredText("id"),
              function.requiredText("name"),
              function.text("arguments").orElse("{}")));
    }
    return result;
  }

  /** The field {@code tools}: functions only. */
  public static List<Tool> tools(Fields fields) {
    List<Tool> result = new ArrayList<>();
    for (Fields tool : fields.objects("tools")) {
      String type = tool.requiredText("type");
      if (!type.equals("function")) {
        throw ApiError.invalid(
            "unsupported_tool", tool.name("type"), "tools must be functions, not " + shown(type));
      }
      result.add(
          function(
              tool.object("function").orElseThrow(() -> tool.missing("function")), "parameters"));
    }
    return result;
  }

  /** A function: name, description, and the schema of its arguments in {@code schemaField}. */
  public static Tool function(Fields function, String schemaField) {
    function.accept("strict");
    JsonNode parameters = function.get(schemaField);
    if (parameters != null && !parameters.isObject()) {
      throw function.wrong(schemaField, "an object", parameters);
    }
    String name = function.requiredText("name");
    if (name.isEmpty()
        || name.length() > 64
        || !name.chars().allMatch(c -> isNameLetter((char) c))) {
      throw function.wrong(
          "name", "1 to 64 letters, digits, underscores, dots or dashes", function.get("name"));
    }
    return new Tool(name, function.text("description").orElse(null), parameters);
  }

  private static boolean isNameLetter(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '-'
        || c == '.';
  }
}
