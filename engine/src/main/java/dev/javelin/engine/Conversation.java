package dev.javelin.engine;

import java.time.LocalDate;
import java.util.List;

/**
 * All that a chat prompt is made from.
 *
 * @param reasoning null: the format's own default
 * @param responseFormat null: free text
 * @param identity the first line of a Harmony system message; null: the model file's, else OpenAI's
 * @param currentDate null: no date in the prompt
 */
public record Conversation(
    List<Message> messages,
    List<Tool> tools,
    ReasoningLevel reasoning,
    ResponseFormat responseFormat,
    String identity,
    LocalDate currentDate) {
  public Conversation {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
  }

  public static Conversation of(Message... messages) {
    return new Conversation(List.of(messages), List.of(), null, null, null, null);
  }
}
