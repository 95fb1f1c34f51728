package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import dev.javelin.engine.constrain.automaton.Regex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Complements of shapes. Scalars are complements of regular languages. "Not this object" is a
 * union: a required name is missing, or a named property is there and wrong, or some other property
 * is wrong (a witness), or the count is off.
 */
final class Negation {
  private final Shapes shapes;
  private SchemaNode place;

  Negation(Shapes shapes) {
    this.shapes = shapes;
  }

  /** The complement; {@code place} is named if there is none. */
  Shape of(Shape shape, SchemaNode negated) {
    place = negated;
    Shape rest =
        new Shape(
            !shape.canBeNull(),
            !shape.canBeTrue(),
            !shape.canBeFalse(),
            Numbers.complement(shape.numbers()),
            shape.strings().complement(),
            List.of(),
            List.of());
    Shape arrays = Shape.ofArray(ArrayShape.ANY);
    for (ArrayShape array : shape.arrays()) {
      arrays = shapes.intersect(arrays, union(notThisArray(array)));
    }
    Shape objects = Shape.ofObject(ObjectShape.ANY);
    for (ObjectShape object : shape.objects()) {
      objects = shapes.intersect(objects, union(notThisObject(object)));
    }
    return rest.union(arrays).union(objects);
  }

  private Shape union(List<Shape> parts) {
    return shapes.union(parts);
  }

  private List<Shape> notThisObject(ObjectShape o) {
    List<Shape> ways = new ArrayList<>();
    for (String name : o.required()) {
      ways.add(
          object(
              ObjectShape.ANY.withGroup(
                  PropertyGroup.only(name, Conj.of(shapes.document().nothing)))));
    }
    count(o.min(), o.max(), (min, max) -> ways.add(object(ObjectShape.counting(min, max))));
    if (o.keys() != CharDfa.ALL) {
      ways.add(object(ObjectShape.witness(DfaOps.complement(o.keys()), Conj.TRUE)));
    }
    for (PropertyGroup group : o.groups()) {
      notThisGroup(group, ways);
    }
    o.dependents()
        .forEach(
            (name, asked) ->
                asked.forEach(
                    other ->
                        ways.add(
                            object(
                                ObjectShape.requiring(name)
                                    .withGroup(
                                        PropertyGroup.only(
                                            other, Conj.of(shapes.document().nothing)))))));
    for (ObjectShape.Witness witness : o.witnesses()) {
      Conj wrong = single(witness.value());
      ways.add(
          object(
              ObjectShape.ANY.withGroup(
                  new PropertyGroup(
                      Map.of(),
                      List.of(new PropertyGroup.Pattern(witness.keys(), wrong)),
                      Conj.TRUE))));
    }
    return ways;
  }

  private void notThisGroup(PropertyGroup group, List<Shape> ways) {
    group
        .names()
        .keySet()
        .forEach(
            name -> {
              Conj value = group.forName(name);
              for (int i = 0; i < value.size(); i++) {
                ways.add(
                    object(
                        ObjectShape.requiring(name)
                            .withGroup(PropertyGroup.only(name, value.negatedLiteral(i)))));
              }
            });
    CharDfa named = DfaOps.words(List.copyOf(group.names().keySet()), false);
    CharDfa covered = group.names().isEmpty() ? CharDfa.EMPTY : named;
    for (PropertyGroup.Pattern pattern : group.patterns()) {
      for (int i = 0; i < pattern.value().size(); i++) {
        ways.add(object(ObjectShape.witness(pattern.keys(), pattern.value().negatedLiteral(i))));
      }
      covered = DfaOps.union(covered, pattern.keys());
    }
    for (int i = 0; i < group.additional().size(); i++) {
      CharDfa others = covered.isEmpty() ? CharDfa.ALL : DfaOps.complement(covered);
      ways.add(object(ObjectShape.witness(others, group.additional().negatedLiteral(i))));
    }
  }

  private List<Shape> notThisArray(ArrayShape a) {
    List<Shape> ways = new ArrayList<>();
    if (a.unique()) {
      throw place.unsupported("", "the opposite of uniqueItems");
    }
    count(a.min(), a.max(), (min, max) -> ways.add(array(ArrayShape.counting(min, max))));
    for (int i = 0; i < a.prefix().size(); i++) {
      for (int k = 0; k < a.prefix().get(i).size(); k++) {
        List<Conj> items = new ArrayList<>(java.util.Collections.nCopies(i, Conj.TRUE));
        items.add(a.prefix().get(i).negatedLiteral(k));
        ways.add(array(new ArrayShape(items, Conj.TRUE, i + 1, Regex.UNBOUNDED, List.of(), false)));
      }
    }
    for (int k = 0; k < a.rest().size(); k++) {
      ways.add(
          array(
              containing(
                  new ArrayShape.Contains(
                      a.rest().negatedLiteral(k), a.prefix().size(), 1, Regex.UNBOUNDED))));
    }
    for (ArrayShape.Contains c : a.contains()) {
      count(
          c.min(),
          c.max(),
          (min, max) ->
              ways.add(array(containing(new ArrayShape.Contains(c.item(), c.from(), min, max)))));
    }
    return ways;
  }

  private static ArrayShape containing(ArrayShape.Contains contains) {
    int least = contains.min() == 0 ? 0 : contains.from() + contains.min();
    return new ArrayShape(List.of(), Conj.TRUE, least, Regex.UNBOUNDED, List.of(contains), false);
  }

  private Conj single(Conj value) {
    if (value.isTrue()) {
      return Conj.of(shapes.document().nothing);
    }
    if (value.size() > 1) {
      throw place.unsupported("", "the opposite of this combination of subschemas");
    }
    return value.negatedLiteral(0);
  }

  private interface Range {
    void add(int min, int max);
  }

  /** The numbers outside min..max. */
  private static void count(int min, int max, Range ranges) {
    if (min > 0) {
      ranges.add(0, min - 1);
    }
    if (max != Regex.UNBOUNDED) {
      ranges.add(max + 1, Regex.UNBOUNDED);
    }
  }

  private Shape object(ObjectShape o) {
    ObjectShape simple = shapes.simplified(o);
    return simple == null ? Shape.NONE : Shape.ofObject(simple);
  }

  private Shape array(ArrayShape a) {
    ArrayShape simple = shapes.simplified(a);
    return simple == null ? Shape.NONE : Shape.ofArray(simple);
  }
}
