package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.automaton.Regex;
import dev.javelin.engine.constrain.machine.ArrayNode;
import dev.javelin.engine.constrain.machine.Node;
import java.util.function.Function;
import java.util.function.Predicate;

/** The items of an array shape by position, as far as they can be completed. */
final class ArrayPlan {
  private final ArrayShape shape;
  private final Predicate<Conj> completable;
  private final Function<ArrayShape.Contains, Conj> opposite;

  ArrayPlan(
      ArrayShape shape, Predicate<Conj> completable, Function<ArrayShape.Contains, Conj> opposite) {
    this.shape = shape;
    this.completable = completable;
    this.opposite = opposite;
  }

  private ArrayShape.Contains contains() {
    return shape.contains().isEmpty() ? null : shape.contains().getFirst();
  }

  /** Positions that differ; the last stands for all that follow. */
  private int positions() {
    return Math.max(shape.prefix().size(), contains() == null ? 0 : contains().from()) + 1;
  }

  private Conj special(int index) {
    ArrayShape.Contains c = contains();
    return c == null || index < c.from() ? null : shape.item(index).and(c.item());
  }

  private Conj plain(int index) {
    ArrayShape.Contains c = contains();
    boolean mustNotCount = c != null && index >= c.from() && c.max() != Regex.UNBOUNDED;
    return mustNotCount ? shape.item(index).and(opposite.apply(c)) : shape.item(index);
  }

  boolean isPossible() {
    return new ArrayNode(items(c -> ArrayNode.PLACEHOLDER), null).isPossible();
  }

  ArrayNode.Items items(Function<Conj, Node> nodes) {
    int n = positions();
    Node[] plain = new Node[n];
    Node[] special = new Node[n];
    for (int i = 0; i < n; i++) {
      plain[i] = completable.test(plain(i)) ? nodes.apply(plain(i)) : null;
      special[i] =
          special(i) != null && completable.test(special(i)) ? nodes.apply(special(i)) : null;
    }
    ArrayShape.Contains c = contains();
    return new ArrayNode.Items(
        plain,
        special,
        shape.min(),
        shape.max(),
        c == null ? 0 : c.min(),
        c == null ? Regex.UNBOUNDED : c.max());
  }
}
