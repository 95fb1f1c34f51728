package dev.javelin.engine.constrain.automaton;

import java.util.stream.IntStream;

/** Reads a character class such as {@code [^a-z\d_-]}; the opening bracket has been read. */
final class ClassParser {
  private final RegexParser parser;

  ClassParser(RegexParser parser) {
    this.parser = parser;
  }

  CharSet read() {
    boolean negated = parser.accept('^');
    IntStream.Builder ranges = IntStream.builder();
    while (!parser.accept(']')) {
      CharSet first = member();
      if (!parser.accept('-')) {
        add(first, ranges);
      } else if (parser.accept(']')) {
        add(first, ranges);
        add(CharSet.of('-'), ranges);
        break;
      } else {
        CharSet last = member();
        if (isSingle(first) && isSingle(last)) {
          if (first.lo(0) > last.lo(0)) {
            throw parser.invalid("range out of order in class");
          }
          add(CharSet.range(first.lo(0), last.lo(0)), ranges);
        } else {
          add(first, ranges);
          add(last, ranges);
          add(CharSet.of('-'), ranges); // [\w-.]: the dash is a plain character
        }
      }
    }
    CharSet set = CharSet.ofRanges(ranges.build().toArray());
    return negated ? set.complement() : set;
  }

  private static void add(CharSet set, IntStream.Builder ranges) {
    Effort.spend(set.rangeCount());
    for (int r = 0; r < set.rangeCount(); r++) {
      ranges.add(set.lo(r)).add(set.hi(r));
    }
  }

  private CharSet member() {
    int c = parser.next();
    return c == '\\' ? parser.escape(true) : CharSet.of(c);
  }

  private static boolean isSingle(CharSet set) {
    return set.rangeCount() == 1 && set.lo(0) == set.hi(0);
  }
}
