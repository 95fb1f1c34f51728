package dev.javelin.engine;

/** Raw logits of a list of tokens, for comparisons with other programs. */
public interface Evaluation {
  /**
   * Called for each wanted position, in order.
   *
   * @param position of the token whose successor the logits rate
   * @param logits [vocabularySize] beginning at {@code offset}; only valid during the call
   */
  void row(int position, float[] logits, int offset);
}
