package dev.javelin.engine.prompt.jinja;

import java.util.BitSet;

/** Joins strings and keeps track of what came from outside. */
final class StrBuilder {
  private final Budget budget;
  private final StringBuilder text = new StringBuilder();
  private final BitSet foreign = new BitSet();

  StrBuilder(Budget budget) {
    this.budget = budget;
  }

  StrBuilder append(Str str) {
    int at = text.length();
    append(str.text());
    if (str.isAllForeign()) {
      foreign.set(at, text.length());
    } else if (!str.isAllOwn()) {
      for (int i = 0; i < str.text().length(); i++) {
        foreign.set(at + i, str.isForeign(i));
      }
    }
    return this;
  }

  /** Text that the template, or this engine, wrote. */
  StrBuilder append(String own) {
    budget.characters(own.length());
    text.append(own);
    return this;
  }

  StrBuilder append(char own) {
    budget.characters(1);
    text.append(own);
    return this;
  }

  /** One character with the origin of another. */
  StrBuilder appendLike(String replacement, Str origin, int index) {
    int at = text.length();
    append(replacement);
    foreign.set(at, text.length(), origin.isForeign(index));
    return this;
  }

  int length() {
    return text.length();
  }

  Str toStr() {
    return Str.of(text.toString(), (BitSet) foreign.clone());
  }
}
