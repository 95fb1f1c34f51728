package dev.javelin.engine.constrain.gbnf;

import dev.javelin.engine.constrain.automaton.CharSet;
import java.util.List;

/** The right-hand side of a rule as a tree. */
sealed interface GbnfRule {
  record Chars(CharSet set) implements GbnfRule {}

  record Sequence(List<GbnfRule> parts) implements GbnfRule {}

  record Choice(List<GbnfRule> parts) implements GbnfRule {}

  record Repeat(GbnfRule part, int min, int max) implements GbnfRule {}

  record Name(String name, String place) implements GbnfRule {}
}
