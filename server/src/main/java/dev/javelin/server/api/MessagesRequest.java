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
import java.util.List;

/**
 * What a client of Anthropic's {@code /v1/messages} asks for.
 *
 * @param thinking whether the answer shows the chain of thought
 */
public record MessagesRequest(
    Conversation conversation, ToolChoice toolChoice, boolean stream, boolean thinking) {
  private static final int LITTLE_THOUGHT = 2048;
  private static final int SOME_THOUGHT = 8192;

  public static MessagesRequest read(Fields fields, LocalDate today) {
    fields.accept(
        "model",
        "metadata",
        "service_tier",
        "max_tokens",
        "stop_sequences",
        "container",
        "context_management",
        "mcp_servers",
        "betas");
    List<Message> messages = new ArrayList<>();
    String system = ConversationReader.content(fields, "system");
    if (system != null && !system.isEmpty()) {
      messages.add(Message.developer(system));
    }
    if (!fields.has("messages")) {
      throw fields.missing("messages");
    }
    fields.objects("messages").forEach(message -> add(messages, message));
    if (messages.stream().noneMatch(m -> m.role() == Role.USER || m.role() == Role.TOOL)) {
      throw ApiError.invalid(
          "invalid_value", "messages", "messages must hold a message of the user");
    }
    Fields thinking = fields.object("thinking").orElse(null);
    String mode = thinking == null ? "" : thinking.requiredText("type");
    Fields output = fields.object("output_config").orElse(null);
    ReasoningLevel level = level(fields, output, thinking, mode);
    List<Tool> tools = tools(fields);
    ToolChoice choice = ToolChoice.read(fields, tools);
    Conversation conversation =
        new Conversation(
            messages, choice.offered(tools), level, format(fields, output), null, today);
    return new MessagesRequest(
        conversation, choice, fields.flag("stream", false), !mode.equals("disabled"));
  }

  /** The form of the answer; null: free text. Older clients say it beside {@code output_config}. */
  private static ResponseFormat format(Fields fields, Fields output) {
    Fields older = fields.object("output_format").orElse(null);
    Fields format = output == null ? older : output.object("format").orElse(older);
    return format == null ? null : ResponseFormats.read(format, format);
  }

  private static ReasoningLevel level(Fields fields, Fields output, Fields thinking, String mode) {
    ReasoningLevel named = ReasoningReader.read(fields);
    if (output != null) {
      named = output.text("effort").map(ReasoningReader::parse).orElse(named);
    }
    if (thinking == null) {
      return named;
    }
    int budget = thinking.integer("budget_tokens", 0, Integer.MAX_VALUE).orElse(0);
    thinking.accept("display");
    return switch (mode) {
      case "disabled" -> ReasoningLevel.LOW;
      case "adaptive" -> named;
      case "enabled" ->
          budget <= LITTLE_THOUGHT
              ? ReasoningLevel.LOW
              : budget <= SOME_THOUGHT ? ReasoningLevel.MEDIUM : ReasoningLevel.HIGH;
      default ->
          throw thinking.wrong("type", "enabled, disabled or adaptive", thinking.get("type"));
    };
  }

  private static List<Tool> tools(Fields fields) {
    List<Tool> tools = new ArrayList<>();
    for (Fields tool : fields.objects("tools")) {
      tool.accept("type", "cache_control");
      tools.add(ConversationReader.function(tool, "input_schema"));
    }
    return tools;
  }

  private static void add(List<Message> messages, Fields message) {
    String role = message.requiredText("role");
    JsonNode content = message.get("content");
    if (content == null) {
      throw message.missing("content");
    }
    if (content.isTextual() || role.equals("system")) {
      String text = ConversationReader.content(message, "content");
      messages.add(
          switch (role) {
            case "user" -> Message.user(text);
            case "assistant" -> Message.assistant(text);
            case "system" -> Message.developer(text);
            default -> throw message.wrong("role", "user or assistant", message.get("role"));
          });
      return;
    }
    if (!content.isArray()) {
      throw message.wrong("content", "a string or a list of blocks", content);
    }
    switch (role) {
      case "user" -> user(messages, message);
      case "assistant" -> assistant(messages, message);
      default -> throw message.wrong("role", "user or assistant", message.get("role"));
    }
  }

  private static void user(List<Message> messages, Fields message) {
    StringBuilder text = new StringBuilder();
    for (Fields block : message.objects("content")) {
      block.accept("cache_control");
      switch (block.requiredText("type")) {
        case "text" -> text.append(block.requiredText("text"));
        case "tool_result" -> {
          block.accept("is_error");
          String result = ConversationReader.content(block, "content");
          messages.add(
              Message.tool(block.requiredText("tool_use_id"), result == null ? "" : result));
        }
        default -> throw unreadable(block);
      }
    }
    if (!text.isEmpty()) {
      messages.add(Message.user(text.toString()));
    }
  }

  private static void assistant(List<Message> messages, Fields message) {
    StringBuilder text = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    List<ToolCall> calls = new ArrayList<>();
    for (Fields block : message.objects("content")) {
      block.accept("cache_control", "signature", "citations", "data");
      switch (block.requiredText("type")) {
        case "text" -> text.append(block.requiredText("text"));
        case "thinking" -> reasoning.append(block.requiredText("thinking"));
        case "redacted_thinking" -> {}
        case "tool_use" -> {
          JsonNode input = block.get("input");
          calls.add(
              new ToolCall(
                  block.requiredText("id"),
                  block.requiredText("name"),
                  input == null ? "{}" : input.toString()));
        }
        default -> throw unreadable(block);
      }
    }
    messages.add(
        Message.assistant(
            text.toString(), reasoning.isEmpty() ? null : reasoning.toString(), calls));
  }

  private static ApiError unreadable(Fields block) {
    return ApiError.invalid(
        "unsupported_content",
        block.name("type"),
        block.name("type") + ": this server reads text and tool results only");
  }
}
