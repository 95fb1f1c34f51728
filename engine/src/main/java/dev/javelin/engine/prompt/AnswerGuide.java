package dev.javelin.engine.prompt;

/**
 * Keeps one answer within its {@link AnswerRules}: before each token it takes away the scores of
 * those that would break them. Frame tokens of the chat format and reasoning stay free as far as
 * the format allows.
 */
public interface AnswerGuide {
  /**
   * Sets the scores of all tokens that may not come next to minus infinity.
   *
   * @param logits [vocabularySize] from {@code offset} on
   * @param budget tokens that may still be written, this one included
   */
  void restrict(float[] logits, int offset, int budget);

  /** Takes the token that was chosen. */
  void accept(int token);

  /** Whether the answer as written obeys its rules. */
  boolean isComplete();
}
