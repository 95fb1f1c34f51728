package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import dev.javelin.engine.constrain.automaton.Pattern;
import dev.javelin.engine.constrain.automaton.Regex;
import dev.javelin.engine.constrain.machine.ArrayNode;
import dev.javelin.engine.constrain.machine.DfaLexeme;
import dev.javelin.engine.constrain.machine.JsonSyntax;
import dev.javelin.engine.constrain.machine.Lexeme;
import dev.javelin.engine.constrain.machine.Node;
import dev.javelin.engine.constrain.machine.Nodes;
import dev.javelin.engine.constrain.machine.ObjectNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From shapes to nodes, in three passes: find everything that can be reached (all refusals happen
 * here), find out what can be completed at all (the least fixed point: a value that must contain
 * itself never can), build nodes for that.
 */
public final class GrammarBuilder {
  private static final CharDfa KEYWORDS = Pattern.fullMatch("null|true|false");
  private static final Lexeme NUMBER = new DfaLexeme(Numbers.ALL, false, true);
  private static final Lexeme INTEGER = new DfaLexeme(Numbers.INTEGERS, false, true);
  private static final Lexeme BOOLEAN = new DfaLexeme(Pattern.fullMatch("true|false"), false, true);
  private static final Lexeme NULL = new DfaLexeme(Pattern.fullMatch("null"), false, true);
  private static final Lexeme NUMBER_OR_KEYWORD =
      new DfaLexeme(DfaOps.union(Numbers.ALL, KEYWORDS), false, true);

  private final Shapes shapes;
  private final JsonSyntax syntax;
  private final Map<Conj, List<Alternative>> reached = new LinkedHashMap<>();
  private final Map<Conj, Boolean> completable = new HashMap<>();
  private final Map<Conj, Nodes.Reference> nodes = new HashMap<>();

  /** An array or object shape with what it needs of other conjunctions. */
  private sealed interface Alternative {}

  private record ArrayAlternative(ArrayShape shape) implements Alternative {}

  private record ObjectAlternative(ObjectShape shape, KeyPlan plan) implements Alternative {}

  private GrammarBuilder(SchemaDocument document, JsonSyntax syntax) {
    this.shapes = new Shapes(document);
    this.syntax = syntax;
  }

  /** The grammar of the JSON texts that a schema allows. */
  public static Node build(com.fasterxml.jackson.databind.JsonNode schema, JsonSyntax syntax) {
    SchemaDocument document = new SchemaDocument(schema);
    GrammarBuilder builder = new GrammarBuilder(document, syntax);
    Conj root = Conj.of(document.root());
    builder.reach(root);
    builder.findCompletable();
    if (!builder.isCompletable(root)) {
      throw new ConstraintException(
          ConstraintException.Code.UNSATISFIABLE, "", "no value satisfies this schema");
    }
    return syntax.document(builder.nodesFrom(root));
  }

  private void reach(Conj root) {
    List<Conj> queue = new ArrayList<>(List.of(root));
    for (int i = 0; i < queue.size(); i++) {
      Conj conj = queue.get(i);
      if (!reached.containsKey(conj)) {
        try {
          reached.put(conj, alternatives(conj, queue));
        } catch (ConstraintException e) {
          throw e.pointer().isEmpty() ? e.at(place(conj)) : e;
        }
      }
    }
  }

  private String place(Conj conj) {
    return conj.isTrue() ? "" : shapes.document().node(conj.literals()[0] / 2).pointer();
  }

  private List<Alternative> alternatives(Conj conj, List<Conj> queue) {
    Shape shape = shapes.of(conj);
    List<Alternative> result = new ArrayList<>();
    for (ArrayShape array : shape.arrays()) {
      checkArray(array, conj);
      result.add(new ArrayAlternative(array));
      queue.addAll(array.prefix());
      queue.add(array.rest());
      for (ArrayShape.Contains c : array.contains()) {
        for (int p = 0; p <= array.prefix().size(); p++) {
          queue.add(array.item(p).and(c.item()));
          if (c.max() != Regex.UNBOUNDED) {
            queue.add(array.item(p).and(opposite(c, conj)));
          }
        }
      }
    }
    List<ObjectShape> objects = new ArrayList<>(shape.objects());
    for (int i = 0; i < objects.size(); i++) {
      KeyPlan plan = new KeyPlan(objects.get(i));
      List<ObjectShape> expanded = WitnessNames.expand(objects.get(i), plan, shapes);
      if (expanded != null) {
        objects.addAll(expanded);
        continue;
      }
      result.add(new ObjectAlternative(objects.get(i), plan));
      for (KeyPlan.Label label : plan.labels()) {
        if (label.value() != null) {
          queue.add(label.value());
          for (int w = 0; w < label.witnesses().size(); w++) {
            if (label.witnesses().get(w)) {
              queue.add(label.value().and(objects.get(i).witnesses().get(w).value()));
            }
          }
        }
      }
    }
    return result;
  }

  private Conj opposite(ArrayShape.Contains c, Conj conj) {
    if (c.item().isTrue()) {
      return Conj.of(shapes.document().nothing);
    }
    if (c.item().size() != 1) {
      throw shapes
          .document()
          .node(conj.literals()[0] / 2)
          .unsupported("", "maxContains of a combination of schemas");
    }
    return c.item().negatedLiteral(0);
  }

  private void checkArray(ArrayShape array, Conj conj) {
    SchemaNode node =
        conj.isTrue() ? shapes.document().root() : shapes.document().node(conj.literals()[0] / 2);
    if (array.unique() && array.max() > 1) {
      throw node.unsupported(
          node.has("uniqueItems") ? "uniqueItems" : "", "cannot be enforced: uniqueItems");
    }
    if (array.contains().size() > 1) {
      throw node.unsupported("", "more than one contains for the same array");
    }
  }

  private boolean isCompletable(Conj conj) {
    return conj != null && completable.getOrDefault(conj, false);
  }

  private void findCompletable() {
    for (boolean changed = true; changed; ) {
      changed = false;
      for (Map.Entry<Conj, List<Alternative>> entry : reached.entrySet()) {
        if (!isCompletable(entry.getKey())) {
          Shape s = shapes.of(entry.getKey());
          boolean scalar =
              s.canBeNull()
                  || s.canBeTrue()
                  || s.canBeFalse()
                  || !s.numbers().isEmpty()
                  || !s.strings().isEmpty();
          if (scalar || entry.getValue().stream().anyMatch(this::isCompletable)) {
            completable.put(entry.getKey(), true);
            changed = true;
          }
        }
      }
    }
  }

  private boolean isCompletable(Alternative alternative) {
    return switch (alternative) {
      case ArrayAlternative a ->
          new ArrayPlan(a.shape, this::isCompletable, c -> opposite(c, a.shape.rest()))
              .isPossible();
      case ObjectAlternative o -> isPossible(o);
    };
  }

  private boolean isPossible(ObjectAlternative o) {
    int names = 0;
    int classes = 0;
    for (KeyPlan.Label label : o.plan.labels()) {
      if (isCompletable(label.value())) {
        names += label.isName() ? 1 : 0;
        classes += label.isName() ? 0 : 1;
      }
    }
    BitSet needed = needed(o);
    for (int l = needed.nextSetBit(0); l >= 0; l = needed.nextSetBit(l + 1)) {
      if (!isCompletable(o.plan.labels().get(l).value())) {
        return false;
      }
    }
    for (int w = 0; w < o.shape.witnesses().size(); w++) {
      boolean found = false;
      for (KeyPlan.Label label : o.plan.labels()) {
        found |=
            !label.isName()
                && label.witnesses().get(w)
                && label.value() != null
                && isCompletable(label.value().and(o.shape.witnesses().get(w).value()));
      }
      if (!found) {
        return false;
      }
    }
    return needed.cardinality() + o.shape.witnesses().size() <= o.shape.max()
        && (names + classes >= o.shape.min() || classes > 0 && !refuseMinimum(o, names + classes));
  }

  /**
   * Keys of a class cannot be told apart by this machine, so each class counts once towards
   * minProperties.
   */
  private boolean refuseMinimum(ObjectAlternative o, int distinct) {
    throw new ConstraintException(
        ConstraintException.Code.UNSUPPORTED_KEYWORD,
        "",
        "minProperties "
            + o.shape.min()
            + " with only "
            + distinct
            + " kinds of keys that can be told apart");
  }

  /** Required names, and those that they ask for. */
  private static BitSet needed(ObjectAlternative o) {
    BitSet needed = new BitSet();
    List<String> queue = new ArrayList<>(o.shape.required());
    for (int i = 0; i < queue.size(); i++) {
      int label = o.plan.labelOf(queue.get(i));
      if (!needed.get(label)) {
        needed.set(label);
        queue.addAll(o.shape.dependents().getOrDefault(queue.get(i), Set.of()));
      }
    }
    return needed;
  }

  private Node nodesFrom(Conj root) {
    for (Conj conj : reached.keySet()) {
      if (isCompletable(conj)) {
        nodes.put(conj, new Nodes.Reference());
      }
    }
    for (Map.Entry<Conj, Nodes.Reference> entry : nodes.entrySet()) {
      entry.getValue().define(value(entry.getKey()));
    }
    return nodes.get(root);
  }

  private Node value(Conj conj) {
    Shape shape = shapes.of(conj);
    List<Node> ways = new ArrayList<>();
    Lexeme scalar = scalar(shape);
    if (scalar != null) {
      ways.add(Nodes.lexeme(scalar));
    }
    if (!shape.strings().isEmpty()) {
      ways.add(Nodes.lexeme(shape.strings().lexeme()));
    }
    for (Alternative alternative : reached.get(conj)) {
      if (isCompletable(alternative)) {
        ways.add(
            switch (alternative) {
              case ArrayAlternative a ->
                  new ArrayNode(
                      new ArrayPlan(a.shape, this::isCompletable, c -> opposite(c, a.shape.rest()))
                          .items(nodes::get),
                      syntax);
              case ObjectAlternative o -> object(o);
            });
      }
    }
    return Nodes.choice(ways);
  }

  /** Numbers, true, false and null in one lexeme; null if there are none. */
  private static Lexeme scalar(Shape s) {
    boolean keywords = s.canBeNull() || s.canBeTrue() || s.canBeFalse();
    boolean bothBooleans = s.canBeTrue() && s.canBeFalse();
    if (!keywords) {
      return s.numbers().isEmpty()
          ? null
          : s.numbers() == Numbers.ALL
              ? NUMBER
              : s.numbers() == Numbers.INTEGERS
                  ? INTEGER
                  : new DfaLexeme(Numbers.written(s.numbers()), false);
    }
    if (s.numbers().isEmpty() && bothBooleans && !s.canBeNull()) {
      return BOOLEAN;
    }
    if (s.numbers().isEmpty() && s.canBeNull() && !s.canBeTrue() && !s.canBeFalse()) {
      return NULL;
    }
    if (s.numbers() == Numbers.ALL && bothBooleans && s.canBeNull()) {
      return NUMBER_OR_KEYWORD;
    }
    List<String> words = new ArrayList<>();
    if (s.canBeNull()) {
      words.add("null");
    }
    if (s.canBeTrue()) {
      words.add("true");
    }
    if (s.canBeFalse()) {
      words.add("false");
    }
    return new DfaLexeme(
        DfaOps.union(Numbers.written(s.numbers()), DfaOps.words(words, false)), false);
  }

  private Node object(ObjectAlternative o) {
    List<KeyPlan.Label> labels = o.plan.labels();
    int n = labels.size();
    Node[] values = new Node[n];
    Node[][] witnesses = new Node[o.shape.witnesses().size()][n];
    BitSet single = new BitSet();
    BitSet[] dependents = o.shape.dependents().isEmpty() ? null : new BitSet[n];
    for (int l = 0; l < n; l++) {
      Conj value = labels.get(l).value();
      single.set(l, labels.get(l).isName());
      values[l] = value == null ? null : nodes.get(value);
      for (int w = 0; w < witnesses.length && value != null; w++) {
        if (labels.get(l).witnesses().get(w)) {
          witnesses[w][l] = nodes.get(value.and(o.shape.witnesses().get(w).value()));
        }
      }
    }
    o.shape
        .dependents()
        .forEach(
            (name, asked) -> {
              BitSet others = new BitSet();
              asked.forEach(other -> others.set(o.plan.labelOf(other)));
              dependents[o.plan.labelOf(name)] = others;
            });
    closeWhatAsksInVain(values, dependents);
    BitSet required = new BitSet();
    o.shape.required().forEach(name -> required.set(o.plan.labelOf(name)));
    return new ObjectNode(
        new ObjectNode.Rules(
            o.plan.keys(l -> values[l] != null),
            values,
            single,
            required,
            o.shape.min(),
            o.shape.max(),
            dependents,
            witnesses),
        syntax);
  }

  /** A key that asks for one that cannot be there cannot be there either. */
  private static void closeWhatAsksInVain(Node[] values, BitSet[] dependents) {
    for (boolean changed = dependents != null; changed; ) {
      changed = false;
      for (int l = 0; l < values.length; l++) {
        BitSet asked = values[l] == null || dependents[l] == null ? new BitSet() : dependents[l];
        for (int d = asked.nextSetBit(0); d >= 0; d = asked.nextSetBit(d + 1)) {
          if (values[d] == null && values[l] != null) {
            values[l] = null;
            changed = true;
          }
        }
      }
    }
  }
}
