package dev.javelin.engine;

import java.util.List;
import java.util.Objects;

/**
 * One message of a conversation, in the form of the usual chat APIs.
 *
 * @param content the text; empty where an assistant message only calls tools
 * @param reasoning the assistant's chain of thought, or null
 * @param toolCalls what an assistant message calls; empty for others
 * @param toolCallId of a tool's result: the id of the call it answers, or null
 * @param name of a tool's result: the function's name, or null if {@code toolCallId} tells
 */
public record Message(
    Role role,
    String content,
    String reasoning,
    List<ToolCall> toolCalls,
    String toolCallId,
    String name) {
  public Message {
    Objects.requireNonNull(role, "role");
    content = content == null ? "" : content;
    toolCalls = toolCalls == null ? List.of() : List.copyOf(toolCalls);
  }

  public static Message system(String content) {
    return new Message(Role.SYSTEM, content, null, List.of(), null, null);
  }

  public static Message developer(String content) {
    return new Message(Role.DEVELOPER, content, null, List.of(), null, null);
  }

  public static Message user(String content) {
    return new Message(Role.USER, content, null, List.of(), null, null);
  }

  public static Message assistant(String content) {
    return new Message(Role.ASSISTANT, content, null, List.of(), null, null);
  }

  public static Message assistant(String content, String reasoning, List<ToolCall> toolCalls) {
    return new Message(Role.ASSISTANT, content, reasoning, toolCalls, null, null);
  }

  public static Message tool(String toolCallId, String content) {
    return new Message(Role.TOOL, content, null, List.of(), toolCallId, null);
  }
}
