package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Works out shapes and remembers them. A conjunction is the intersection of its members; a member's
 * combinators ({@code anyOf}, {@code $ref}, ...) are worked out in place, its children stay
 * conjunctions until they are asked for, so that recursive schemas end.
 */
final class Shapes {
  private static final int MAX_DEPTH = 300;
  private static final int MAX_ALTERNATIVES = 400;
  private static final int MAX_SHAPES = 60_000;

  /**
   * Pairs of alternatives that are intersected: nested combinators can ask for any number of them.
   */
  private static final int MAX_WORK = 60_000;

  /** Emptiness is only looked for this deep; what is missed is found by {@link GrammarBuilder}. */
  private static final int MAX_EMPTINESS_DEPTH = 24;

  private final SchemaDocument document;
  private final KeywordReader keywords;
  private final Map<Conj, Shape> shapes = new HashMap<>();
  private final Set<Conj> inProgress = new HashSet<>();
  private int depth;
  private int emptinessDepth;
  private int work;
  private final Map<List<StringSet>, StringSet> stringSets = new HashMap<>();
  private final Map<List<CharDfa>, CharDfa> numberSets = new HashMap<>();

  Shapes(SchemaDocument document) {
    this.document = document;
    this.keywords = new KeywordReader(document, this);
  }

  SchemaDocument document() {
    return document;
  }

  Shape of(Conj conj) {
    Shape known = shapes.get(conj);
    if (known != null) {
      return known;
    }
    if (conj.isTrue()) {
      return Shape.ANY;
    }
    SchemaNode first = document.node(conj.literals()[0] / 2);
    if (inProgress.contains(conj)) {
      throw circle(first);
    }
    if (depth >= MAX_DEPTH || shapes.size() > MAX_SHAPES) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          first.pointer(),
          "combines more subschemas than can be worked out");
    }
    inProgress.add(conj);
    depth++;
    try {
      Shape result = workedOut(conj);
      result = result.equals(Shape.ANY) ? Shape.ANY : result;
      shapes.put(conj, result);
      return result;
    } finally {
      depth--;
      inProgress.remove(conj);
    }
  }

  private Shape workedOut(Conj conj) {
    List<SchemaNode> schemas = new ArrayList<>();
    List<Shape> opposites = new ArrayList<>();
    for (int literal : conj.literals()) {
      SchemaNode node = document.node(literal / 2);
      if ((literal & 1) == 0) {
        schemas.add(node);
      } else {
        opposites.add(
            conj.size() == 1
                ? new Negation(this).of(of(Conj.of(node)), node)
                : of(new Conj(new int[] {literal})));
      }
    }
    return keywords.read(schemas, opposites);
  }

  /**
   * The refusal of a schema that refers to itself; while looking ahead only a sign to stop looking.
   */
  RuntimeException circle(SchemaNode node) {
    return emptinessDepth > 0
        ? Circle.MET
        : node.unsupported("", "refers to itself without a step into a value");
  }

  /**
   * Says that a look ahead for emptiness came back to where it started: no answer, and nothing
   * wrong.
   */
  private static final class Circle extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final Circle MET = new Circle();

    private Circle() {
      super(null, null, false, false);
    }
  }

  /** Whether nothing can satisfy it, as far as can be seen without going in circles. */
  boolean isEmpty(Conj conj) {
    if (conj.isTrue()
        || inProgress.contains(conj)
        || emptinessDepth > MAX_EMPTINESS_DEPTH && !shapes.containsKey(conj)) {
      return false;
    }
    emptinessDepth++;
    try {
      return of(conj).isEmpty();
    } catch (Circle e) {
      return false;
    } finally {
      emptinessDepth--;
    }
  }

  Shape intersect(Shape a, Shape b) {
    if (a == Shape.ANY || b == Shape.NONE) {
      return b;
    }
    if (b == Shape.ANY || a == Shape.NONE) {
      return a;
    }
    work += 1 + a.arrays().size() * b.arrays().size() + a.objects().size() * b.objects().size();
    if (work > MAX_WORK) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          "",
          "combinators multiply to more than " + MAX_WORK + " pairs of alternatives");
    }
    List<ArrayShape> arrays = new ArrayList<>();
    for (ArrayShape x : a.arrays()) {
      for (ArrayShape y : b.arrays()) {
        add(arrays, simplified(x.intersect(y)));
      }
    }
    List<ObjectShape> objects = new ArrayList<>();
    for (ObjectShape x : a.objects()) {
      for (ObjectShape y : b.objects()) {
        add(objects, simplified(x.intersect(y)));
      }
    }
    return new Shape(
        a.canBeNull() && b.canBeNull(),
        a.canBeTrue() && b.canBeTrue(),
        a.canBeFalse() && b.canBeFalse(),
        intersectNumbers(a.numbers(), b.numbers()),
        intersectStrings(a.strings(), b.strings()),
        List.copyOf(arrays),
        List.copyOf(objects));
  }

  private CharDfa intersectNumbers(CharDfa a, CharDfa b) {
    return a == Numbers.ALL
        ? b
        : b == Numbers.ALL
            ? a
            : numberSets.computeIfAbsent(List.of(a, b), pair -> DfaOps.intersect(a, b));
  }

  private StringSet intersectStrings(StringSet a, StringSet b) {
    return a == StringSet.ALL || b == StringSet.ALL
        ? a.intersect(b)
        : stringSets.computeIfAbsent(List.of(a, b), pair -> a.intersect(b));
  }

  private static <T> void add(List<T> alternatives, T shape) {
    if (shape != null && !alternatives.contains(shape)) {
      if (alternatives.size() >= MAX_ALTERNATIVES) {
        throw new ConstraintException(
            ConstraintException.Code.TOO_COMPLEX,
            "",
            "combinators multiply to more than " + MAX_ALTERNATIVES + " alternatives");
      }
      alternatives.add(shape);
    }
  }

  /** Null if no object fits. */
  ObjectShape simplified(ObjectShape o) {
    if (o.min() > o.max() || o.required().size() > o.max()) {
      return null;
    }
    for (String name : o.required()) {
      if (o.keys() != CharDfa.ALL && !o.keys().accepts(name) || isEmpty(o.forName(name))) {
        return null;
      }
    }
    for (ObjectShape.Witness witness : o.witnesses()) {
      if (witness.keys().isEmpty() || isEmpty(witness.value())) {
        return null;
      }
    }
    return o;
  }

  /** Null if no array fits. */
  ArrayShape simplified(ArrayShape shape) {
    ArrayShape a = shape;
    for (int i = 0; i <= a.prefix().size() && i < a.max(); i++) {
      if (isEmpty(a.item(i))) {
        a = a.withMax(i);
      }
    }
    if (a.min() > a.max()) {
      return null;
    }
    for (ArrayShape.Contains c : a.contains()) {
      if (c.min() > c.max()
          || c.min() > 0 && ((long) c.from() + c.min() > a.max() || isEmpty(c.item()))) {
        return null;
      }
    }
    return a;
  }

  Shape union(List<Shape> parts) {
    Shape result = Shape.NONE;
    for (Shape part : parts) {
      result = result.union(part);
      if (result.objects().size() > MAX_ALTERNATIVES || result.arrays().size() > MAX_ALTERNATIVES) {
        throw new ConstraintException(
            ConstraintException.Code.TOO_COMPLEX,
            "",
            "combinators multiply to more than " + MAX_ALTERNATIVES + " alternatives");
      }
    }
    return result;
  }
}
