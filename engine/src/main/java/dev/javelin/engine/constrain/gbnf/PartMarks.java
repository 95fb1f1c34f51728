package dev.javelin.engine.constrain.gbnf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which rules have a property that they owe to their parts: a sequence to all of them, a choice to
 * any. The least fixed point, for which each part counts once: what gets the property tells what it
 * is a part of.
 */
final class PartMarks {
  /** A piece of a rule; {@code missing} of its parts must still get the property. */
  private static final class Part {
    private final Part whole;
    private final String rule; // whose right-hand side this is; null for smaller pieces
    private int missing;

    private Part(Part whole, String rule) {
      this.whole = whole;
      this.rule = rule;
    }
  }

  private final Predicate<GbnfRule> given;
  private final Map<String, List<Part>> users = new HashMap<>();
  private final ArrayDeque<Part> marked = new ArrayDeque<>();

  private PartMarks(Predicate<GbnfRule> given) {
    this.given = given;
  }

  /**
   * The names of the rules that have the property.
   *
   * @param given whether a piece has it whatever its parts are
   */
  static Set<String> of(Map<String, GbnfRule> rules, Predicate<GbnfRule> given) {
    PartMarks marks = new PartMarks(given);
    rules.forEach((name, rule) -> marks.add(rule, new Part(null, name)));
    return marks.spread();
  }

  private void add(GbnfRule rule, Part part) {
    switch (rule) {
      case GbnfRule.Chars c -> part.missing = 1;
      case GbnfRule.Sequence s -> addAll(s.parts(), s.parts().size(), part);
      case GbnfRule.Choice c -> addAll(c.parts(), 1, part);
      case GbnfRule.Repeat r -> addAll(List.of(r.part()), 1, part);
      case GbnfRule.Name n -> {
        part.missing = 1;
        users.computeIfAbsent(n.name(), name -> new ArrayList<>()).add(part);
      }
    }
    if (part.missing == 0 || given.test(rule)) {
      part.missing = 0;
      marked.add(part);
    }
  }

  private void addAll(List<GbnfRule> parts, int needed, Part whole) {
    whole.missing = needed;
    parts.forEach(part -> add(part, new Part(whole, null)));
  }

  private Set<String> spread() {
    Set<String> names = new HashSet<>();
    for (Part part = marked.poll(); part != null; part = marked.poll()) {
      if (part.rule == null) {
        tell(part.whole);
      } else if (names.add(part.rule)) {
        users.getOrDefault(part.rule, List.of()).forEach(this::tell);
      }
    }
    return names;
  }

  private void tell(Part whole) {
    if (--whole.missing == 0) {
      marked.add(whole);
    }
  }
}
