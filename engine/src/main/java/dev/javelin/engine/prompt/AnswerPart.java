package dev.javelin.engine.prompt;

/** What a token of an answer belongs to. */
public enum AnswerPart {
  /** The frame: headers and marks that nobody gets to see. */
  FRAME,
  /** Chain of thought. */
  REASONING,
  /** Text for the user. */
  CONTENT,
  /** Arguments of a function call. */
  TOOL_ARGUMENTS
}
