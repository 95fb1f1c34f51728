package dev.javelin.engine.tokenizer;

/**
 * One way to cut text into pieces that are never merged with each other. Stateless; linear over a
 * whole text.
 */
interface Splitter {
  /**
   * Where the piece that begins at {@code from} ends; the text is taken to end at {@code to}.
   *
   * @return an end with {@code from < end <= to}
   */
  int pieceEnd(Utf8Text text, int from, int to);
}
