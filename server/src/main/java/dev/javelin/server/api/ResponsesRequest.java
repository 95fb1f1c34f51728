package dev.javelin.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.Conversation;
import dev.javelin.engine.Message;
import dev.javelin.engine.ReasoningLevel;
import dev.javelin.engine.ResponseFormat;
import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.ToolCall;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Fields;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client of {@code /v1/responses} asks for. The server keeps no conversations: all of one
 * must be in {@code input}.
 *
 * @param echo fields of the request that the response repeats
 */
public record ResponsesRequest(
    Conversation conversation, ToolChoice toolChoice, boolean stream, Map<String, Object> echo) {
  private static final String[] WITHOUT_EFFECT = {
    "model",
    "store",
    "metadata",
    "user",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "service_tier",
    "include",
    "truncation",
    "max_tool_calls",
    "stream_options",
    "background",
    "temperature",
    "top_p",
    "max_output_tokens",
    "top_logprobs",
    "context_management",
    "moderation"
  };

  public static ResponsesRequest read(Fields fields, LocalDate today) {
    fields.accept(WITHOUT_EFFECT);
    for (String field : List.of("previous_response_id", "conversation", "prompt")) {
      if (fields.has(field)) {
        throw ApiError.invalid(
            "unsupported_parameter",
            field,
            field + " is not supported: this server keeps no state; send the whole input");
      }
    }
    if (fields.flag("background", false)) {
      throw ApiError.invalid(
          "unsupported_parameter", "background", "background responses are not supported");
    }
    List<Message> messages = new ArrayList<>();
    fields
        .text("instructions")
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> messages.add(Message.developer(text)));
    messages.addAll(input(fields));
    List<Tool> tools = tools(fields);
    ToolChoice choice = ToolChoice.read(fields, tools);
    ReasoningLevel level = ReasoningReader.read(fields);
    Conversation conversation =
        new Conversation(messages, choice.offered(tools), level, format(fields), null, today);
    return new ResponsesRequest(
        conversation, choice, fields.flag("stream", false), echo(fields, level));
  }

  private static List<Message> input(Fields fields) {
    JsonNode input = fields.get("input");
    if (input == null) {
      throw fields.missing("input");
    }
    if (input.isTextual()) {
      return List.of(Message.user(input.textValue()));
    }
    if (!input.isArray() || input.isEmpty()) {
      throw fields.wrong("input", "a string or a list of items", input);
    }
    Items items = new Items();
    fields.objects("input").forEach(items::add);
    return items.end();
  }

  /**
   * Puts items together to messages: reasoning and calls that follow each other are one assistant
   * message.
   */
  private static final class Items {
    private final List<Message> messages = new ArrayList<>();
    private final List<ToolCall> calls = new ArrayList<>();
    private String reasoning;

    void add(Fields item) {
      item.accept("id", "status", "phase");
      String type = item.text("type").orElse("message");
      switch (type) {
        case "message" -> message(item);
        case "reasoning" -> {
          flush();
          item.accept("summary", "encrypted_content");
          reasoning = reasoning(item);
        }
        case "function_call" ->
            calls.add(
                new ToolCall(
                    item.requiredText("call_id"),
                    item.requiredText("name"),
                    item.text("arguments").orElse("{}")));
        case "function_call_output" -> {
          flush();
          String output = ConversationReader.content(item, "output");
          if (output == null) {
            throw item.missing("output");
          }
          messages.add(Message.tool(item.requiredText("call_id"), output));
        }
        default ->
            throw item.wrong(
                "type",
                "message, reasoning, function_call or function_call_output",
                item.get("type"));
      }
    }

    private void message(Fields item) {
      String content = ConversationReader.content(item, "content");
      if (content == null) {
        throw item.missing("content");
      }
      String role = item.requiredText("role");
      if (role.equals("assistant")) {
        if (!calls.isEmpty()) {
          flush();
        }
        messages.add(Message.assistant(content, reasoning, List.of()));
        reasoning = null;
        return;
      }
      flush();
      messages.add(
          switch (role) {
            case "system" -> Message.system(content);
            case "developer" -> Message.developer(content);
            case "user" -> Message.user(content);
            default ->
                throw item.wrong("role", "user, assistant, system or developer", item.get("role"));
          });
    }

    private static String reasoning(Fields item) {
      StringBuilder text = new StringBuilder();
      for (Fields part : item.objects("content")) {
        part.accept("type");
        text.append(part.text("text").orElse(""));
      }
      return text.isEmpty() ? null : text.toString();
    }

    private void flush() {
      if (!calls.isEmpty()) {
        messages.add(new Message(Role.ASSISTANT, "", reasoning, List.copyOf(calls), null, null));
        calls.clear();
      }
      reasoning = null;
    }

    List<Message> end() {
      flush();
      return messages;
    }
  }

  private static List<Tool> tools(Fields fields) {
    List<Tool> result = new ArrayList<>();
    for (Fields tool : fields.objects("tools")) {
      if (!tool.requiredText("type").equals("function")) {
        throw tool.wrong("type", "function: other tools do not run here", tool.get("type"));
      }
      result.add(ConversationReader.function(tool, "parameters"));
    }
    return result;
  }

  private static ResponseFormat format(Fields fields) {
    Fields text = fields.object("text").orElse(null);
    if (text == null) {
      return null;
    }
    text.accept("verbosity");
    Fields format = text.object("format").orElse(null);
    return format == null ? null : ResponseFormats.read(format, format);
  }

  private static Map<String, Object> echo(Fields fields, ReasoningLevel level) {
    Map<String, Object> echo = new LinkedHashMap<>();
    echo.put("instructions", fields.get("instructions"));
    echo.put("max_output_tokens", fields.get("max_output_tokens"));
    echo.put("metadata", fields.has("metadata") ? fields.get("metadata") : Map.of());
    echo.put("parallel_tool_calls", fields.flag("parallel_tool_calls", true));
    Map<String, Object> reasoning = new LinkedHashMap<>();
    reasoning.put("effort", level == null ? null : level.text());
    reasoning.put("summary", null);
    echo.put("reasoning", reasoning);
    echo.put("temperature", fields.get("temperature"));
    JsonNode text = fields.get("text");
    echo.put(
        "text",
        text != null && text.has("format") ? text : Map.of("format", Map.of("type", "text")));
    echo.put("tool_choice", fields.has("tool_choice") ? fields.get("tool_choice") : "auto");
    echo.put("tools", fields.has("tools") ? fields.get("tools") : List.of());
    echo.put("top_p", fields.get("top_p"));
    echo.put("user", fields.get("user"));
    return echo;
  }
}
