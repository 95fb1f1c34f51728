package dev.javelin.engine.tokenizer;

/** The algorithm proper: ordinary text, without special tokens, to ids. Thread-safe. */
interface SegmentEncoder {
  /**
   * Appends the ids of {@code text[from, to)}, which is not empty.
   *
   * @param afterSpecial whether the segment begins the text or follows a special token
   */
  void encode(Utf8Text text, int from, int to, boolean afterSpecial, IdList ids);
}
