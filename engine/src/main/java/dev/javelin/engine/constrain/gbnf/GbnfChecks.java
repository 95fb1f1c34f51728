package dev.javelin.engine.constrain.gbnf;

import dev.javelin.engine.constrain.ConstraintException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What must hold of a grammar before it can be walked: no left recursion, and every rule can be
 * completed.
 */
final class GbnfChecks {
  private final Map<String, GbnfRule> rules;
  private final Set<String> nullable;

  GbnfChecks(Map<String, GbnfRule> rules) {
    this.rules = rules;
    this.nullable = PartMarks.of(rules, GbnfChecks::mayBeLeftOut);
  }

  void run() {
    checkLeftRecursion();
    Set<String> completable =
        PartMarks.of(rules, rule -> rule instanceof GbnfRule.Chars || mayBeLeftOut(rule));
    for (String name : rules.keySet()) {
      if (!completable.contains(name)) {
        throw new ConstraintException(
            ConstraintException.Code.UNSATISFIABLE, "", "rule " + name + " can never be completed");
      }
    }
  }

  private static boolean mayBeLeftOut(GbnfRule rule) {
    return rule instanceof GbnfRule.Repeat repeat && repeat.min() == 0;
  }

  /** Whether a piece can be the empty text. */
  boolean mayBeEmpty(GbnfRule rule) {
    return collectFirst(rule, new HashSet<>());
  }

  /** Whether a rule can come back to itself at its very beginning. */
  private void checkLeftRecursion() {
    Map<String, Set<String>> begins = new LinkedHashMap<>();
    rules.forEach(
        (name, rule) -> {
          Set<String> first = new LinkedHashSet<>();
          collectFirst(rule, first);
          begins.put(name, first);
        });
    RuleGraph.order(
        begins,
        name -> {
          throw new ConstraintException(
              ConstraintException.Code.INVALID_GRAMMAR,
              "",
              "rule "
                  + name
                  + " begins with itself (left recursion); put the recursion behind what it repeats");
        });
  }

  /** Adds the names that a piece may begin with; says whether the piece may be empty. */
  private boolean collectFirst(GbnfRule rule, Set<String> first) {
    return switch (rule) {
      case GbnfRule.Chars c -> false;
      case GbnfRule.Sequence s -> {
        for (GbnfRule part : s.parts()) {
          if (!collectFirst(part, first)) {
            yield false;
          }
        }
        yield true;
      }
      case GbnfRule.Choice c -> {
        boolean empty = false;
        for (GbnfRule part : c.parts()) {
          empty |= collectFirst(part, first);
        }
        yield empty;
      }
      case GbnfRule.Repeat r -> collectFirst(r.part(), first) || r.min() == 0;
      case GbnfRule.Name n -> {
        first.add(n.name());
        yield nullable.contains(n.name());
      }
    };
  }

  /** Calls back with every name that a rule mentions. */
  static void names(GbnfRule rule, Consumer<GbnfRule.Name> visitor) {
    switch (rule) {
      case GbnfRule.Chars c -> {}
      case GbnfRule.Sequence s -> s.parts().forEach(part -> names(part, visitor));
      case GbnfRule.Choice c -> c.parts().forEach(part -> names(part, visitor));
      case GbnfRule.Repeat r -> names(r.part(), visitor);
      case GbnfRule.Name n -> visitor.accept(n);
    }
  }
}
