package dev.javelin.engine.constrain.gbnf;

import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.Regex;
import dev.javelin.engine.constrain.machine.DfaLexeme;
import dev.javelin.engine.constrain.machine.Node;
import dev.javelin.engine.constrain.machine.Nodes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
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

  /** And only if it nests no deeper than this with all that is written out inside it. */
  private static final int MAX_INLINE_DEPTH = 200;

  /**
   * What a piece is as a regex.
   *
   * @param size its characters and empty texts
   * @param empty whether it can only be the empty text, however often it is repeated
   */
  private record Extent(int size, int depth, boolean empty) {
    private static final Extent CHARS = new Extent(1, 1, false);
    private static final Extent EMPTY = new Extent(1, 1, true);
    private static final Extent TOO_LARGE = new Extent(MAX_INLINE + 1, MAX_INLINE_DEPTH + 1, false);

    private static Extent of(long size, int depth) {
      return new Extent(
          (int) Math.min(MAX_INLINE + 1, size), Math.min(MAX_INLINE_DEPTH + 1, depth), false);
    }

    private boolean isRegular() {
      return size <= MAX_INLINE && depth <= MAX_INLINE_DEPTH;
    }
  }

  private final Map<String, GbnfRule> rules;
  private final GbnfChecks checks;
  private final Map<String, Extent> extents = new HashMap<>();
  private final Map<GbnfRule, Extent> pieces = new IdentityHashMap<>();
  private final Map<String, Nodes.Reference> nodes = new HashMap<>();
  private final ArrayDeque<String> undefined = new ArrayDeque<>();

  private GbnfCompiler(Map<String, GbnfRule> rules) {
    this.rules = rules;
    this.checks = new GbnfChecks(rules);
  }

  public static Node compile(String grammar) {
    GbnfCompiler compiler = new GbnfCompiler(GbnfParser.parse(grammar));
    Map<String, Set<String>> mentions = compiler.mentions();
    compiler.checks.run();
    for (String name : RuleGraph.order(mentions, circle -> {})) {
      compiler.extents.put(name, compiler.extent(compiler.rules.get(name)));
    }
    Node root = compiler.reference("root");
    for (String name = compiler.undefined.poll(); name != null; name = compiler.undefined.poll()) {
      compiler.nodes.get(name).define(compiler.node(compiler.rules.get(name)));
    }
    return root;
  }

  private Map<String, Set<String>> mentions() {
    Map<String, Set<String>> mentions = new HashMap<>();
    rules.forEach(
        (rule, right) -> {
          Set<String> names = new HashSet<>();
          mentions.put(rule, names);
          GbnfChecks.names(
              right,
              name -> {
                if (!rules.containsKey(name.name())) {
                  throw new ConstraintException(
                      ConstraintException.Code.INVALID_GRAMMAR,
                      name.place(),
                      "there is no rule named " + name.name());
                }
                names.add(name.name());
              });
        });
    return mentions;
  }

  private Extent extent(GbnfRule piece) {
    Extent known = pieces.get(piece);
    if (known == null) {
      known = measured(piece);
      pieces.put(piece, known);
    }
    return known;
  }

  /** A rule that is not known yet refers to itself, perhaps through others. */
  private Extent measured(GbnfRule piece) {
    return switch (piece) {
      case GbnfRule.Chars c -> Extent.CHARS;
      case GbnfRule.Sequence s -> together(s.parts());
      case GbnfRule.Choice c -> together(c.parts());
      case GbnfRule.Repeat r -> {
        Extent part = extent(r.part());
        int times = r.max() == Regex.UNBOUNDED ? least(r) + 1 : r.max();
        yield part.empty || times == 0
            ? Extent.EMPTY
            : Extent.of((long) part.size * times, part.depth + 1);
      }
      case GbnfRule.Name n -> {
        Extent rule = extents.getOrDefault(n.name(), Extent.TOO_LARGE);
        yield rule.empty ? Extent.EMPTY : Extent.of(rule.size, rule.depth + 1);
      }
    };
  }

  private Extent together(List<GbnfRule> parts) {
    long size = 0;
    int depth = 0;
    boolean empty = true;
    for (GbnfRule part : parts) {
      Extent extent = extent(part);
      size += extent.size;
      depth = Math.max(depth, extent.depth);
      empty &= extent.empty;
    }
    return empty ? Extent.EMPTY : Extent.of(size, depth + 1);
  }

  /** How often a part must come at least; where it may be empty, that says nothing. */
  private int least(GbnfRule.Repeat repeat) {
    return checks.mayBeEmpty(repeat.part()) ? 0 : repeat.min();
  }

  /** The node of a rule, to be defined if it is new. */
  private Node reference(String name) {
    return nodes.computeIfAbsent(
        name,
        unknown -> {
          undefined.add(unknown);
          return new Nodes.Reference();
        });
  }

  private Regex regex(GbnfRule rule) {
    if (extent(rule).empty) {
      return Regex.EMPTY;
    }
    return switch (rule) {
      case GbnfRule.Chars c -> new Regex.Chars(c.set());
      case GbnfRule.Sequence s -> new Regex.Sequence(s.parts().stream().map(this::regex).toList());
      case GbnfRule.Choice c -> new Regex.Choice(c.parts().stream().map(this::regex).toList());
      case GbnfRule.Repeat r -> new Regex.Repeat(regex(r.part()), least(r), r.max());
      case GbnfRule.Name n -> regex(rules.get(n.name()));
    };
  }

  private Node node(GbnfRule rule) {
    if (extent(rule).isRegular()) {
      return lexeme(List.of(rule));
    }
    return switch (rule) {
      case GbnfRule.Chars c -> lexeme(List.of(c));
      case GbnfRule.Choice c -> Nodes.choice(c.parts().stream().map(this::node).toList());
      case GbnfRule.Repeat r -> Nodes.repeat(node(r.part()), least(r), r.max());
      case GbnfRule.Name n -> reference(n.name());
      case GbnfRule.Sequence s -> sequence(s.parts());
    };
  }

  /** Neighbours that are regular become one lexeme. */
  private Node sequence(List<GbnfRule> parts) {
    List<Node> result = new ArrayList<>();
    List<GbnfRule> regular = new ArrayList<>();
    int size = 0;
    for (GbnfRule part : parts) {
      Extent extent = extent(part);
      boolean joins = extent.isRegular() && size + extent.size <= MAX_INLINE;
      if (!joins && !regular.isEmpty()) {
        result.add(lexeme(regular));
        regular.clear();
        size = 0;
      }
      if (extent.isRegular()) {
        regular.add(part);
        size += extent.size;
      } else {
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
