package dev.javelin.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.List;

/** A regular expression as a tree; what every front end speaks before automata are built. */
public sealed interface Regex {
  int UNBOUNDED = Integer.MAX_VALUE;
  Regex EMPTY = new Sequence(List.of());
  Regex ANY_TEXT = new Repeat(new Chars(CharSet.ALL), 0, UNBOUNDED);

  /** One character of a set. */
  record Chars(CharSet set) implements Regex {}

  /** One after the other; no parts: the empty text. */
  record Sequence(List<Regex> parts) implements Regex {}

  /** Any of them; no parts: no text at all. */
  record Choice(List<Regex> parts) implements Regex {}

  /** Between min and max times; max may be {@link #UNBOUNDED}. */
  record Repeat(Regex part, int min, int max) implements Regex {}

  /** Holds at the beginning of the text only, consumes nothing. */
  record Start() implements Regex {}

  /** Holds at the end of the text only, consumes nothing. */
  record End() implements Regex {}

  /**
   * Looks ahead from here without consuming; only where {@link Pattern} can turn it into an
   * intersection.
   */
  record Look(Regex part, boolean positive) implements Regex {}

  static Regex chars(String members) {
    return new Chars(CharSet.anyOf(members));
  }

  static Regex range(int lo, int hi) {
    return new Chars(CharSet.range(lo, hi));
  }

  static Regex literal(String text) {
    List<Regex> parts = new ArrayList<>();
    text.codePoints().forEach(c -> parts.add(new Chars(CharSet.of(c))));
    return new Sequence(parts);
  }

  static Regex sequence(Regex... parts) {
    return new Sequence(List.of(parts));
  }

  static Regex choice(Regex... parts) {
    return new Choice(List.of(parts));
  }

  static Regex repeat(Regex part, int min, int max) {
    return new Repeat(part, min, max);
  }

  static Regex optional(Regex part) {
    return new Repeat(part, 0, 1);
  }
}
