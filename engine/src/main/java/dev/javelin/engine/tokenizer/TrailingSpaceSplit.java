package dev.javelin.engine.tokenizer;

/** Isolates the white space at the end of the text: {@code \s+$}. */
final class TrailingSpaceSplit implements Splitter {
  @Override
  public int pieceEnd(Utf8Text text, int from, int to) {
    int start = to;
    while (start > from) {
      int previous = text.previous(start);
      if ((text.classes(previous) & CharClass.SPACE) == 0) {
        break;
      }
      start = previous;
    }
    return start > from ? start : to;
  }
}
