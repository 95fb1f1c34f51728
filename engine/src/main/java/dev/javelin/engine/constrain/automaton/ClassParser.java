package dev.javelin.engine.constrain.automaton;

/** Reads a character class such as {@code [^a-z\d_-]}; the opening bracket has been read. */
final class ClassParser {
  private final RegexParser parser;

  ClassParser(RegexParser parser) {
    this.parser = parser;
  }

  CharSet read() {
    boolean negated = parser.accept('^');
    CharSet set = CharSet.EMPTY;
    while (!parser.accept(']')) {
      CharSet first = member();
      if (!parser.accept('-')) {
        set = set.union(first);
      } else if (parser.accept(']')) {
        set = set.union(first).union(CharSet.of('-'));
        break;
      } else {
        CharSet last = member();
        if (isSingle(first) && isSingle(last)) {
          if (first.lo(0) > last.lo(0)) {
            throw parser.invalid("range out of order in class");
          }
          set = set.union(CharSet.range(first.lo(0), last.lo(0)));
        } else {
          set =
              set.union(first)
                  .union(last)
                  .union(CharSet.of('-')); // [\w-.]: the dash is a plain character
        }
      }
    }
    return negated ? set.complement() : set;
  }

  private CharSet member() {
    int c = parser.next();
    return c == '\\' ? parser.escape(true) : CharSet.of(c);
  }

  private static boolean isSingle(CharSet set) {
    return set.rangeCount() == 1 && set.lo(0) == set.hi(0);
  }
}
