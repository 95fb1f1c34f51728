package dev.javelin.engine.tokenizer;

import static dev.javelin.engine.tokenizer.CharClass.LETTER;
import static dev.javelin.engine.tokenizer.CharClass.LINE_END;
import static dev.javelin.engine.tokenizer.CharClass.LOWER;
import static dev.javelin.engine.tokenizer.CharClass.MARK;
import static dev.javelin.engine.tokenizer.CharClass.NUMBER;
import static dev.javelin.engine.tokenizer.CharClass.OTHER_LETTER;
import static dev.javelin.engine.tokenizer.CharClass.SPACE;
import static dev.javelin.engine.tokenizer.CharClass.UPPER;

/**
 * The pattern of gpt-oss (tiktoken's o200k). With U = [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}], W =
 * [\p{Ll}\p{Lm}\p{Lo}\p{M}] and C = (?i:'s|'t|'re|'ve|'m|'ll|'d):
 *
 * <pre>
 * [^\r\n\p{L}\p{N}]? U* W+ C?    [^\r\n\p{L}\p{N}]? U+ W* C?    \p{N}{1,3}    [space]?[^\s\p{L}\p{N}]+[\r\n/]*
 * \s*[\r\n]+    \s+(?!\S)    \s+
 * </pre>
 *
 * <p>The first two lines are what cuts "camelCase" in two. {@link #word} finds what backtracking
 * would find, in one pass forward and one back over capitals.
 *
 * @param contractions whether C is part of the pattern (Mistral's tekken has none)
 * @param maxNumbers how many numerals make a piece
 */
record Gpt4oSplit(boolean contractions, int maxNumbers) implements Splitter {
  private static final int BOTH = OTHER_LETTER | MARK; // in U and in W

  @Override
  public int pieceEnd(Utf8Text text, int from, int to) {
    int classes = text.classes(from);
    if ((classes & NUMBER) != 0) {
      return Scan.numbers(text, from, to, maxNumbers);
    }
    int end = word(text, from, to, classes);
    if (end > from) {
      return contractions ? Scan.contraction(text, end, to, true) : end;
    }
    end = Scan.others(text, from, to, SPACE | LETTER | NUMBER);
    if (end > from) {
      return Scan.lineEnds(text, end, to, true);
    }
    end = Scan.spacesToLineEnd(text, from, to);
    return end > from ? end : Scan.spaces(text, from, to);
  }

  /** The first two alternatives without C; {@code from} if neither matches. */
  private static int word(Utf8Text text, int from, int to, int classes) {
    boolean prefixed = (classes & (LETTER | NUMBER | LINE_END)) == 0;
    int start = prefixed ? text.next(from) : from;
    int capitalsEnd = text.skip(start, to, UPPER | BOTH);
    int wordEnd = text.skip(capitalsEnd, to, LOWER | BOTH);
    if (wordEnd > capitalsEnd) {
      return wordEnd; // U* W+
    }
    // U* took all that W+ could have had: it gives back down to its last character that is in W too
    for (int i = capitalsEnd; i > start; ) {
      int previous = text.previous(i);
      if ((text.classes(previous) & BOTH) != 0) {
        return i;
      }
      i = previous;
    }
    if (prefixed && (classes & MARK) != 0) {
      return start; // a mark is no prefix then, but W+ by itself
    }
    return capitalsEnd > start ? capitalsEnd : from; // U+ W*
  }
}
