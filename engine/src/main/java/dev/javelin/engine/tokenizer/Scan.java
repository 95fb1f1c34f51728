package dev.javelin.engine.tokenizer;

/**
 * Parts that the split patterns share. A method that finds nothing answers the position it was
 * given.
 */
final class Scan {
  private Scan() {}

  /** {@code 's|'t|'re|'ve|'m|'ll|'d}, in any case if asked. */
  static int contraction(Utf8Text text, int i, int to, boolean anyCase) {
    byte[] b = text.bytes();
    if (to - i < 2 || b[i] != '\'') {
      return i;
    }
    int fold = anyCase ? 0x20 : 0; // upper to lower case, for ASCII letters
    int first = b[i + 1] | fold;
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return i + 2;
    }
    if (to - i < 3) {
      return i;
    }
    int second = b[i + 2] | fold;
    boolean two = (first == 'r' || first == 'v') && second == 'e' || first == 'l' && second == 'l';
    return two ? i + 3 : i;
  }

  /** {@code \p{N}{1,max}}. */
  static int numbers(Utf8Text text, int i, int to, int max) {
    for (int n = 0; n < max && i < to && (text.classes(i) & CharClass.NUMBER) != 0; n++) {
      i = text.next(i);
    }
    return i;
  }

  /** {@code [space]?[...]+}: what has none of the classes, perhaps after one space. */
  static int others(Utf8Text text, int i, int to, int classes) {
    int start = text.bytes()[i] == ' ' ? i + 1 : i;
    int end = text.skipOthers(start, to, classes);
    return end > start ? end : i;
  }

  /** {@code [\r\n]*}, or with slashes {@code [\r\n/]*}. */
  static int lineEnds(Utf8Text text, int i, int to, boolean slashes) {
    byte[] b = text.bytes();
    while (i < to && (b[i] == '\n' || b[i] == '\r' || slashes && b[i] == '/')) {
      i++;
    }
    return i;
  }

  /** {@code \s*[\r\n]+}: white space up to and with the last line end of the run. */
  static int spacesToLineEnd(Utf8Text text, int i, int to) {
    byte[] b = text.bytes();
    for (int end = text.skip(i, to, CharClass.SPACE); end > i; end--) {
      if (b[end - 1] == '\n' || b[end - 1] == '\r') {
        return end;
      }
    }
    return i;
  }

  /**
   * {@code \s+(?!\S)|\s+}: a run of white space without its last character if text follows, which
   * then takes that character along ({@code " word"}).
   */
  static int spaces(Utf8Text text, int i, int to) {
    int end = text.skip(i, to, CharClass.SPACE);
    if (end == to || end == i) {
      return end;
    }
    int last = text.previous(end);
    return last > i ? last : end;
  }
}
