package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import dev.javelin.engine.constrain.automaton.Regex;
import dev.javelin.engine.constrain.machine.DfaLexeme;
import dev.javelin.engine.constrain.machine.Lexeme;
import dev.javelin.engine.constrain.machine.StringLexeme;

/**
 * A set of strings: those of a language that have min to max characters. Lengths alone need no
 * automaton.
 *
 * @param partial whether this is only a part of what is meant (a format read narrowly, a product
 *     cut at a length); such a set is sound to write from, but its opposite is not known
 */
record StringSet(CharDfa language, int min, int max, boolean partial) {
  static final StringSet ALL = new StringSet(CharDfa.ALL, 0, Regex.UNBOUNDED, false);
  static final StringSet NONE = new StringSet(CharDfa.EMPTY, 0, Regex.UNBOUNDED, false);

  /**
   * An automaton that also counts characters has at most this many states; longer texts are left
   * out.
   */
  private static final int MAX_COUNTING_STATES = 20_000;

  static StringSet of(CharDfa language) {
    return of(language, false);
  }

  static StringSet of(CharDfa language, boolean partial) {
    return language.isEmpty() && !partial
        ? NONE
        : new StringSet(language, 0, Regex.UNBOUNDED, partial);
  }

  static StringSet ofLength(int min, int max) {
    return min > max
        ? NONE
        : min == 0 && max == Regex.UNBOUNDED ? ALL : new StringSet(CharDfa.ALL, min, max, false);
  }

  boolean isEmpty() {
    return language.isEmpty();
  }

  private boolean isBounded() {
    return min > 0 || max != Regex.UNBOUNDED;
  }

  StringSet intersect(StringSet other) {
    if (this == ALL || other == NONE) {
      return other;
    }
    if (other == ALL || this == NONE) {
      return this;
    }
    return normalized(
        DfaOps.intersect(language, other.language),
        Math.max(min, other.min),
        Math.min(max, other.max),
        partial || other.partial);
  }

  /**
   * Drops bounds that the language implies, finds out emptiness, counts in the automaton where both
   * matter.
   */
  private static StringSet normalized(CharDfa language, int min, int max, boolean partial) {
    if (min > max) {
      return of(CharDfa.EMPTY, partial);
    }
    if (language.isEmpty() || min == 0 && max == Regex.UNBOUNDED) {
      return of(language, partial);
    }
    if (language == CharDfa.ALL) {
      return new StringSet(language, min, max, partial);
    }
    int[] lengths = Lengths.of(language);
    if (lengths[0] > max || lengths[1] < min) {
      return of(CharDfa.EMPTY, partial);
    }
    if (lengths[0] >= min && lengths[1] <= max) {
      return of(language, partial);
    }
    int affordable =
        Math.max(MAX_COUNTING_STATES / language.stateCount(), Math.max(min, lengths[0]));
    boolean cut = max != Regex.UNBOUNDED && max > affordable;
    CharDfa counted = DfaOps.intersect(language, DfaOps.length(min, cut ? affordable : max));
    return of(counted, partial || cut);
  }

  StringSet union(StringSet other) {
    if (this == ALL || other == NONE || equals(other)) {
      return this;
    }
    return other == ALL || this == NONE
        ? other
        : of(DfaOps.union(explicit(), other.explicit()), partial || other.partial);
  }

  StringSet complement() {
    if (partial) {
      throw new ConstraintException(
          ConstraintException.Code.UNSUPPORTED_KEYWORD,
          "",
          "the opposite of a format, or of a pattern with a large maxLength, cannot be enforced");
    }
    return this == ALL ? NONE : this == NONE ? ALL : of(DfaOps.complement(explicit()));
  }

  /** The set as an automaton, lengths included. */
  CharDfa explicit() {
    return isBounded() ? DfaOps.intersect(language, DfaOps.length(min, max)) : language;
  }

  Lexeme lexeme() {
    if (language == CharDfa.ALL) {
      return isBounded() ? new StringLexeme(min, max) : StringLexeme.ANY;
    }
    return new DfaLexeme(explicit(), true);
  }
}
