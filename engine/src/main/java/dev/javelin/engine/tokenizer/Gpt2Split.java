package dev.javelin.engine.tokenizer;

import static dev.javelin.engine.tokenizer.CharClass.LETTER;
import static dev.javelin.engine.tokenizer.CharClass.NUMBER;
import static dev.javelin.engine.tokenizer.CharClass.SPACE;

/**
 * GPT-2's pattern; the first alternative that matches wins:
 *
 * <pre>
 * 's|'t|'re|'ve|'m|'ll|'d    [space]?\p{L}+    [space]?\p{N}+    [space]?[^\s\p{L}\p{N}]+    \s+(?!\S)    \s+
 * </pre>
 */
final class Gpt2Split implements Splitter {
  @Override
  public int pieceEnd(Utf8Text text, int from, int to) {
    int end = Scan.contraction(text, from, to, false);
    if (end > from) {
      return end;
    }
    int start = text.bytes()[from] == ' ' && from + 1 < to ? from + 1 : from;
    int classes = text.classes(start);
    if ((classes & LETTER) != 0) {
      return text.skip(start, to, LETTER);
    }
    if ((classes & NUMBER) != 0) {
      return text.skip(start, to, NUMBER);
    }
    if ((classes & SPACE) == 0) {
      return text.skipOthers(start, to, SPACE | LETTER | NUMBER);
    }
    return Scan.spaces(text, from, to);
  }
}
