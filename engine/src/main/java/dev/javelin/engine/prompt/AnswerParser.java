package dev.javelin.engine.prompt;

/**
 * Reads an answer token by token and sorts it into content, reasoning and tool calls. Never throws
 * on what a model wrote.
 */
public interface AnswerParser {
  /** Takes the next token, a stop token included. */
  void accept(int tokenId, AnswerSink sink);

  /** The generation is over: hands out what was held back. */
  void end(AnswerSink sink);

  /** What the next token belongs to, if it is ordinary text. */
  AnswerPart part();

  /** Whether the next token belongs to reasoning (to count reasoning tokens). */
  default boolean inReasoning() {
    return part() == AnswerPart.REASONING;
  }
}
