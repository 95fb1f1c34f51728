package dev.javelin.engine.prompt;

import java.util.OptionalInt;

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

  /**
   * The only token that {@link #restrict} would leave now; empty if there is a choice, or if that
   * is not known without looking at all tokens.
   */
  default OptionalInt certain(int budget) {
    return OptionalInt.empty();
  }

  /**
   * Tokens that will come next unless the model spells what must be said in an unusual way: the
   * usual ones for bytes that cannot differ. May be empty; at most {@code most}.
   */
  default int[] likely(int budget, int most) {
    return new int[0];
  }

  /** Takes the token that was chosen. */
  void accept(int token);

  /** Whether the answer as written obeys its rules. */
  boolean isComplete();
}
