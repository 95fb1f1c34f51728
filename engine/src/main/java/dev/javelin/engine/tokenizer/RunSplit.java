package dev.javelin.engine.tokenizer;

/**
 * Isolates runs of one kind of character: {@code test{min,max}}, or with white space in front
 * {@code \s?test{min,max}}. What lies between two runs stays one piece (for the next splitter to
 * cut).
 */
record RunSplit(CharTest test, boolean optionalSpace, int min, int max) implements Splitter {
  /** Says whether the character at a position belongs to the runs. */
  interface CharTest {
    boolean matches(Utf8Text text, int i);
  }

  /** Runs of any length. */
  static RunSplit of(CharTest test) {
    return new RunSplit(test, false, 1, Integer.MAX_VALUE);
  }

  static RunSplit of(int classes) {
    return of((text, i) -> (text.classes(i) & classes) != 0);
  }

  RunSplit ofLength(int min, int max) {
    return new RunSplit(test, optionalSpace, min, max);
  }

  RunSplit afterSpace() {
    return new RunSplit(test, true, min, max);
  }

  @Override
  public int pieceEnd(Utf8Text text, int from, int to) {
    int start = runStart(text, from, to);
    if (start >= from) {
      int i = start;
      for (int n = 0; n < max && i < to && test.matches(text, i); n++) {
        i = text.next(i);
      }
      return i;
    }
    int i = from;
    do {
      i = text.next(i);
    } while (i < to && runStart(text, i, to) < i);
    return i;
  }

  /**
   * Where the tested characters of a match at i begin (after the optional space), or -1 if there is
   * no match.
   */
  private int runStart(Utf8Text text, int i, int to) {
    if (optionalSpace && (text.classes(i) & CharClass.SPACE) != 0) {
      int next = text.next(i);
      if (matchesMin(text, next, to)) {
        return next;
      }
    }
    return matchesMin(text, i, to) ? i : -1;
  }

  private boolean matchesMin(Utf8Text text, int i, int to) {
    for (int n = 0; n < min; n++) {
      if (i >= to || !test.matches(text, i)) {
        return false;
      }
      i = text.next(i);
    }
    return true;
  }
}
