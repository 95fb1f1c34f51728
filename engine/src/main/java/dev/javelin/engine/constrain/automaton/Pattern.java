package dev.javelin.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.List;

/**
 * Patterns as whole-text languages. A JSON Schema pattern is searched for anywhere in the text, so
 * that {@code b} means {@code .*b.*}; look-aheads behind a leading {@code ^} speak about the whole
 * text and become intersections.
 */
public final class Pattern {
  private Pattern() {}

  /** Texts in which the pattern is found. */
  public static CharDfa search(String pattern) {
    return language(RegexParser.parse(pattern), true);
  }

  /** Texts that the pattern matches from beginning to end. */
  public static CharDfa fullMatch(String pattern) {
    return language(RegexParser.parse(pattern), false);
  }

  private static CharDfa language(Regex regex, boolean search) {
    if (!hasLook(regex)) {
      return CharDfa.of(wrapped(regex, search));
    }
    List<Regex> alternatives = regex instanceof Regex.Choice c ? c.parts() : List.of(regex);
    CharDfa union = CharDfa.EMPTY;
    for (Regex alternative : alternatives) {
      union = DfaOps.union(union, withLooks(alternative, search));
    }
    return union;
  }

  private static CharDfa withLooks(Regex alternative, boolean search) {
    List<Regex> parts = alternative instanceof Regex.Sequence s ? s.parts() : List.of(alternative);
    boolean anchored = !search || !parts.isEmpty() && parts.getFirst() instanceof Regex.Start;
    int at = anchored && !parts.isEmpty() && parts.getFirst() instanceof Regex.Start ? 1 : 0;
    CharDfa result = CharDfa.ALL;
    while (anchored && at < parts.size() && parts.get(at) instanceof Regex.Look look) {
      CharDfa ahead = CharDfa.of(Regex.sequence(look.part(), Regex.ANY_TEXT));
      result = DfaOps.intersect(result, look.positive() ? ahead : DfaOps.complement(ahead));
      at++;
    }
    List<Regex> rest = new ArrayList<>(parts.subList(at, parts.size()));
    if (anchored) {
      rest.addFirst(new Regex.Start());
    }
    return DfaOps.intersect(result, CharDfa.of(wrapped(new Regex.Sequence(rest), search)));
  }

  private static Regex wrapped(Regex regex, boolean search) {
    return search ? Regex.sequence(Regex.ANY_TEXT, regex, Regex.ANY_TEXT) : regex;
  }

  private static boolean hasLook(Regex regex) {
    return switch (regex) {
      case Regex.Look l -> true;
      case Regex.Sequence s -> s.parts().stream().anyMatch(Pattern::hasLook);
      case Regex.Choice c -> c.parts().stream().anyMatch(Pattern::hasLook);
      case Regex.Repeat r -> hasLook(r.part());
      case Regex.Chars c -> false;
      case Regex.Start s -> false;
      case Regex.End e -> false;
    };
  }
}
