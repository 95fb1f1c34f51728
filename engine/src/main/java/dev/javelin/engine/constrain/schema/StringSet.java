package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import dev.javelin.engine.constrain.automaton.Regex;
import dev.javelin.engine.constrain.machine.DfaLexeme;
import dev.javelin.engine.constrain.machine.Lexeme;
import dev.javelin.engine.constrain.machine.StringLexeme;

/** A set of strings: those of a language that have min to max characters. Lengths alone need no automaton. */
record StringSet(CharDfa language, int min, int max) {
  static final StringSet ALL = new StringSet(CharDfa.ALL, 0, Regex.UNBOUNDED);
  static final StringSet NONE = new StringSet(CharDfa.EMPTY, 0, Regex.UNBOUNDED);

  static StringSet of(CharDfa language) {
    return language.isEmpty() ? NONE : new StringSet(language, 0, Regex.UNBOUNDED);
  }

  boolean isEmpty() {
    return this == NONE;
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
        DfaOps.intersect(language, other.language), Math.max(min, other.min), Math.min(max, other.max));
  }

  /** Drops bounds that the language implies, finds out emptiness. */
  private static StringSet normalized(CharDfa language, int min, int max) {
    if (language.isEmpty() || min > max) {
      return NONE;
    }
    if (language == CharDfa.ALL || min == 0 && max == Regex.UNBOUNDED) {
      return new StringSet(language, min, max);
    }
    int[] lengths = Lengths.of(language);
    if (lengths[0] > max || lengths[1] < min) {
      return NONE;
    }
    if (lengths[0] >= min && lengths[1] <= max) {
      return new StringSet(language, 0, Regex.UNBOUNDED);
    }
    return of(DfaOps.intersect(language, DfaOps.length(min, max)));
  }

  StringSet union(StringSet other) {
    if (this == ALL || other == NONE || equals(other)) {
      return this;
    }
    return other == ALL || this == NONE ? other : of(DfaOps.union(explicit(), other.explicit()));
  }

  StringSet complement() {
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
