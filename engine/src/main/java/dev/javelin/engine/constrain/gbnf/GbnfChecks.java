package dev.javelin.engine.constrain.gbnf;

import dev.javelin.engine.constrain.ConstraintException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What must hold of a grammar before it can be walked: no left recursion, and every rule can be
 * completed.
 */
final class GbnfChecks {
  private final Map<String, GbnfRule> rules;
  private final Set<String> nullable = new HashSet<>();
  private final Set<String> completable = new HashSet<>();

  GbnfChecks(Map<String, GbnfRule> rules) {
    this.rules = rules;
  }

  void run() {
    for (boolean changed = true; changed; ) {
      changed = false;
      for (Map.Entry<String, GbnfRule> rule : rules.entrySet()) {
        changed |= isNullable(rule.getValue()) && nullable.add(rule.getKey());
        changed |= isCompletable(rule.getValue()) && completable.add(rule.getKey());
      }
    }
    checkLeftRecursion();
    for (String name : rules.keySet()) {
      if (!completable.contains(name)) {
        throw new ConstraintException(
            ConstraintException.Code.UNSATISFIABLE, "", "rule " + name + " can never be completed");
      }
    }
  }

  private boolean isNullable(GbnfRule rule) {
    return switch (rule) {
      case GbnfRule.Chars c -> false;
      case GbnfRule.Sequence s -> s.parts().stream().allMatch(this::isNullable);
      case GbnfRule.Choice c -> c.parts().stream().anyMatch(this::isNullable);
      case GbnfRule.Repeat r -> r.min() == 0 || isNullable(r.part());
      case GbnfRule.Name n -> nullable.contains(n.name());
    };
  }

  private boolean isCompletable(GbnfRule rule) {
    return switch (rule) {
      case GbnfRule.Chars c -> !c.set().isEmpty();
      case GbnfRule.Sequence s -> s.parts().stream().allMatch(this::isCompletable);
      case GbnfRule.Choice c -> c.parts().stream().anyMatch(this::isCompletable);
      case GbnfRule.Repeat r -> isCompletable(r.part());
      case GbnfRule.Name n -> completable.contains(n.name());
    };
  }

  /**
   * Whether a rule can come back to itself at its very beginning: a search over "may begin with".
   */
  private void checkLeftRecursion() {
    Map<String, Set<String>> begins = new HashMap<>();
    rules.forEach(
        (name, rule) -> {
          Set<String> first = new HashSet<>();
          collectFirst(rule, first);
          begins.put(name, first);
        });
    for (String name : rules.keySet()) {
      List<String> queue = new ArrayList<>(begins.get(name));
      Set<String> seen = new HashSet<>(queue);
      for (int i = 0; i < queue.size(); i++) {
        if (queue.get(i).equals(name)) {
          throw new ConstraintException(
              ConstraintException.Code.INVALID_GRAMMAR,
              "",
              "rule "
                  + name
                  + " begins with itself (left recursion); put the recursion behind what it repeats");
        }
        for (String next : begins.get(queue.get(i))) {
          if (seen.add(next)) {
            queue.add(next);
          }
        }
      }
    }
  }

  private void collectFirst(GbnfRule rule, Set<String> first) {
    switch (rule) {
      case GbnfRule.Chars c -> {}
      case GbnfRule.Sequence s -> {
        for (GbnfRule part : s.parts()) {
          collectFirst(part, first);
          if (!isNullable(part)) {
            break;
          }
        }
      }
      case GbnfRule.Choice c -> c.parts().forEach(part -> collectFirst(part, first));
      case GbnfRule.Repeat r -> collectFirst(r.part(), first);
      case GbnfRule.Name n -> first.add(n.name());
    }
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
