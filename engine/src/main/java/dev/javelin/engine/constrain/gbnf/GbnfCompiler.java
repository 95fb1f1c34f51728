package dev.javelin.engine.constrain.gbnf;

import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.Regex;
import dev.javelin.engine.constrain.machine.DfaLexeme;
import dev.javelin.engine.constrain.machine.Node;
import dev.javelin.engine.constrain.machine.Nodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From rules to nodes. What does not recurse becomes one automaton; the rest becomes sequences and
 * choices of such automata. Left recursion is refused, as llama.cpp does: the machine enters rules
 * before it reads.
 */
public final class GbnfCompiler {
  /** A rule is written out in place only up to this size; beyond, it stays a node. */
  private static final int MAX_INLINE = 2_000;

  private final Map<String, GbnfRule> rules;
  private final Map<String, Nodes.Reference> nodes = new HashMap<>();
  private final Map<String, Integer> sizes =
      new HashMap<>(); // as a regex; MAX_INLINE + 1 = too large or recursive
  private final Set<String> open = new HashSet<>();

  private GbnfCompiler(Map<String, GbnfRule> rules) {
    this.rules = rules;
  }

  public static Node compile(String grammar) {
    GbnfCompiler compiler = new GbnfCompiler(GbnfParser.parse(grammar));
    compiler.checkNames();
    new GbnfChecks(compiler.rules).run();
    compiler.rules.keySet().forEach(compiler::sizeOf);
    compiler.rules.keySet().forEach(name -> compiler.nodes.put(name, new Nodes.Reference()));
    compiler.rules.forEach((name, rule) -> compiler.nodes.get(name).define(compiler.node(rule)));
    return compiler.nodes.get("root");
  }

  private void checkNames() {
    rules
        .values()
        .forEach(
            rule ->
                GbnfChecks.names(
                    rule,
                    name -> {
                      if (!rules.containsKey(name.name())) {
                        throw new ConstraintException(
                            ConstraintException.Code.INVALID_GRAMMAR,
                            name.place(),
                            "there is no rule named " + name.name());
                      }
                    }));
  }

  private int sizeOf(String name) {
    Integer known = sizes.get(name);
    if (known != null) {
      return known;
    }
    if (!open.add(name)) {
      return MAX_INLINE + 1; // refers to itself
    }
    int size = size(rules.get(name));
    open.remove(name);
    sizes.put(name, size);
    return size;
  }

  private int size(GbnfRule rule) {
    long size =
        switch (rule) {
          case GbnfRule.Chars c -> 1;
          case GbnfRule.Sequence s -> s.parts().stream().mapToLong(this::size).sum();
          case GbnfRule.Choice c -> c.parts().stream().mapToLong(this::size).sum();
          case GbnfRule.Repeat r ->
              (long) size(r.part())
                  * Math.max(1, r.max() == Regex.UNBOUNDED ? r.min() + 1 : r.max());
          case GbnfRule.Name n -> sizeOf(n.name());
        };
    return (int) Math.min(MAX_INLINE + 1, size);
  }

  private boolean isRegular(GbnfRule rule) {
    return size(rule) <= MAX_INLINE;
  }

  private Regex regex(GbnfRule rule) {
    return switch (rule) {
      case GbnfRule.Chars c -> new Regex.Chars(c.set());
      case GbnfRule.Sequence s -> new Regex.Sequence(s.parts().stream().map(this::regex).toList());
      case GbnfRule.Choice c -> new Regex.Choice(c.parts().stream().map(this::regex).toList());
      case GbnfRule.Repeat r -> new Regex.Repeat(regex(r.part()), r.min(), r.max());
      case GbnfRule.Name n -> regex(rules.get(n.name()));
    };
  }

  private Node node(GbnfRule rule) {
    if (isRegular(rule)) {
      return lexeme(List.of(rule));
    }
    return switch (rule) {
      case GbnfRule.Chars c -> lexeme(List.of(c));
      case GbnfRule.Choice c -> Nodes.choice(c.parts().stream().map(this::node).toList());
      case GbnfRule.Repeat r -> Nodes.repeat(node(r.part()), r.min(), r.max());
      case GbnfRule.Name n -> nodes.get(n.name());
      case GbnfRule.Sequence s -> sequence(s.parts());
    };
  }

  /** Neighbours that are regular become one lexeme. */
  private Node sequence(List<GbnfRule> parts) {
    List<Node> result = new ArrayList<>();
    List<GbnfRule> regular = new ArrayList<>();
    for (GbnfRule part : parts) {
      if (isRegular(part)) {
        regular.add(part);
        if (size(new GbnfRule.Sequence(List.copyOf(regular))) <= MAX_INLINE) {
          continue;
        }
        regular.removeLast();
        result.add(lexeme(regular));
        regular.clear();
        regular.add(part);
      } else {
        if (!regular.isEmpty()) {
          result.add(lexeme(regular));
          regular.clear();
        }
        result.add(node(part));
      }
    }
    if (!regular.isEmpty()) {
      result.add(lexeme(regular));
    }
    return Nodes.sequence(result);
  }

  private Node lexeme(List<GbnfRule> parts) {
    CharDfa language = CharDfa.of(new Regex.Sequence(parts.stream().map(this::regex).toList()));
    return Nodes.lexeme(new DfaLexeme(language, false)); // never empty: see GbnfChecks
  }
}
