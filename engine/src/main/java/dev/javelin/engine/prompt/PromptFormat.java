package dev.javelin.engine.prompt;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.Tool;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The text form of a chat for one kind of model: renders a conversation and reads the answer back.
 */
public interface PromptFormat {
  /** Short name: {@code harmony}, {@code chatml}. */
  String name();

  /** The prompt as text, special tokens spelled out; ends where the assistant begins to write. */
  String renderText(Conversation conversation);

  /** The prompt as token ids; what users wrote never becomes a special token. */
  int[] render(Conversation conversation);

  /** A parser for one answer to a prompt of {@link #render}. */
  AnswerParser parser();

  /**
   * The same for an answer to this prompt, which may have opened a chain of thought.
   *
   * @param tools what the model may call
   */
  default AnswerParser parser(List<Tool> tools, int[] promptIds) {
    return parser();
  }

  /**
   * What keeps an answer within its rules; empty if this format cannot: it has no calls, or cannot
   * tell them from text. By default a text alone can be constrained, from its first token to its
   * last.
   */
  default Optional<AnswerGuide> guide(AnswerRules rules) {
    return Optional.empty();
  }

  /** The same for an answer to this prompt, which may have opened a chain of thought. */
  default Optional<AnswerGuide> guide(AnswerRules rules, int[] promptIds) {
    return guide(rules);
  }

  /** Tokens that end an answer. */
  Set<Integer> stopTokens();

  /** Whether the model can think before it answers. */
  boolean supportsReasoning();
}
