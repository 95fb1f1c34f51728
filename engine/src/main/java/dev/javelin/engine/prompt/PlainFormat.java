package dev.javelin.engine.prompt;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.Message;
import dev.javelin.engine.Role;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.util.Set;

/**
 * A chat as plain text, for models that were never taught one. It is only used when asked for.
 * Instructions come first and stand alone; then each message is {@code User: text} or {@code
 * Assistant: text}, with an empty line after each; the prompt ends with {@code Assistant:}. Tools,
 * calls and reasoning are not shown; a tool's result reads {@code Result: text}. The answer is all
 * content; callers should stop at a newline followed by {@code User:}.
 */
public final class PlainFormat implements PromptFormat {
  private final Tokenizer tokenizer;

  public PlainFormat(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public String renderText(Conversation conversation) {
    StringBuilder text = new StringBuilder();
    for (Message message : conversation.messages()) {
      if (instructs(message)) {
        text.append(message.content()).append("\n\n");
      }
    }
    for (Message message : conversation.messages()) {
      if (!instructs(message)) {
        String speaker =
            switch (message.role()) {
              case ASSISTANT -> "Assistant";
              case TOOL -> "Result";
              case USER, SYSTEM, DEVELOPER -> "User";
            };
        text.append(speaker).append(": ").append(message.content()).append("\n\n");
      }
    }
    return text.append("Assistant:").toString();
  }

  @Override
  public int[] render(Conversation conversation) {
    return tokenizer.encodePrompt(renderText(conversation), false);
  }

  private static boolean instructs(Message message) {
    return message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER;
  }

  @Override
  public AnswerParser parser() {
    return new PlainParser(tokenizer);
  }

  @Override
  public Set<Integer> stopTokens() {
    return tokenizer.endTokens();
  }

  @Override
  public boolean supportsReasoning() {
    return false;
  }
}
