package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.automaton.Regex;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * One way to be an array: the first items one by one, the rest alike, a length within bounds, and
 * for each {@link Contains} a number of items that are as it says.
 */
record ArrayShape(
    List<Conj> prefix, Conj rest, int min, int max, List<Contains> contains, boolean unique) {
  static final ArrayShape ANY =
      new ArrayShape(List.of(), Conj.TRUE, 0, Regex.UNBOUNDED, List.of(), false);

  /** Between min and max items of this kind, counted from item {@code from} on. */
  record Contains(Conj item, int from, int min, int max) {}

  boolean isAny() {
    return equals(ANY);
  }

  Conj item(int index) {
    return index < prefix.size() ? prefix.get(index) : rest;
  }

  ArrayShape intersect(ArrayShape o) {
    if (isAny()) {
      return o;
    }
    if (o.isAny()) {
      return this;
    }
    List<Conj> items = new ArrayList<>();
    for (int i = 0; i < Math.max(prefix.size(), o.prefix.size()); i++) {
      items.add(item(i).and(o.item(i)));
    }
    LinkedHashSet<Contains> both = new LinkedHashSet<>(contains);
    both.addAll(o.contains);
    return new ArrayShape(
        items,
        rest.and(o.rest),
        Math.max(min, o.min),
        Math.min(max, o.max),
        List.copyOf(both),
        unique || o.unique);
  }

  ArrayShape withMax(int newMax) {
    return new ArrayShape(prefix, rest, min, Math.min(max, newMax), contains, unique);
  }

  static ArrayShape counting(int min, int max) {
    return new ArrayShape(List.of(), Conj.TRUE, min, max, List.of(), false);
  }
}
