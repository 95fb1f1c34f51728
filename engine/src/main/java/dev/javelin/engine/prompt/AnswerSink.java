package dev.javelin.engine.prompt;

/** Receives the parts of an answer in the order in which they are written. */
public interface AnswerSink {
  /** Text for the user. */
  void content(String piece);

  /** Chain of thought. */
  void reasoning(String piece);

  /** Call number {@code index} (from 0) of this function begins. */
  void toolCall(int index, String name);

  /** More of the arguments' JSON text of call {@code index}. */
  void toolArguments(int index, String piece);

  /** The model broke the format; the text was kept where possible. */
  void malformed(String what);
}
