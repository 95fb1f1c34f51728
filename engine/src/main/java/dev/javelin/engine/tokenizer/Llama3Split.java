package dev.javelin.engine.tokenizer;

import static dev.javelin.engine.tokenizer.CharClass.LETTER;
import static dev.javelin.engine.tokenizer.CharClass.LINE_END;
import static dev.javelin.engine.tokenizer.CharClass.NUMBER;
import static dev.javelin.engine.tokenizer.CharClass.SPACE;

/**
 * The pattern of Llama 3 and Qwen 2 (descended from tiktoken's cl100k); the first alternative that
 * matches wins:
 *
 * <pre>
 * (?i:'s|'t|'re|'ve|'m|'ll|'d)    [^\r\n\p{L}\p{N}]?\p{L}+    \p{N}{1,maxNumbers}    [space]?[^\s\p{L}\p{N}]+[\r\n]*
 * \s*[\r\n]+    \s+(?!\S)    \s+
 * </pre>
 *
 * @param wordClasses what makes words in place of {@code \p{L}}: Qwen 3.5 adds {@code \p{M}}
 * @param maxNumbers how many numerals make a piece: 1 for Qwen, 3 for Llama
 */
record Llama3Split(int wordClasses, int maxNumbers) implements Splitter {
  @Override
  public int pieceEnd(Utf8Text text, int from, int to) {
    int end = Scan.contraction(text, from, to, true);
    if (end > from) {
      return end;
    }
    int classes = text.classes(from);
    // one character that is no letter, numeral or line end may lead a word
    int start =
        (classes & (wordClasses | LETTER | NUMBER | LINE_END)) == 0 ? text.next(from) : from;
    end = text.skip(start, to, wordClasses);
    if (end > start) {
      return end;
    }
    if ((classes & NUMBER) != 0) {
      return Scan.numbers(text, from, to, maxNumbers);
    }
    end = Scan.others(text, from, to, SPACE | wordClasses | NUMBER);
    if (end > from) {
      return Scan.lineEnds(text, end, to, false);
    }
    end = Scan.spacesToLineEnd(text, from, to);
    return end > from ? end : Scan.spaces(text, from, to);
  }
}
