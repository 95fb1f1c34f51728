package dev.javelin.engine.constrain.gbnf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Walks from rule to rule, in a loop: chains of rules are as long as a grammar is. */
final class RuleGraph {
  private record Visit(String name, Iterator<String> next) {}

  private RuleGraph() {}

  /**
   * All names, each behind those it leads to, except where that closes a circle.
   *
   * @param edges for each name those it leads to
   * @param circle is told each name that a walk comes back to
   */
  static List<String> order(Map<String, Set<String>> edges, Consumer<String> circle) {
    List<String> order = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Set<String> open = new HashSet<>();
    ArrayDeque<Visit> path = new ArrayDeque<>();
    for (String start : edges.keySet()) {
      String name = start;
      while (name != null) {
        if (seen.add(name)) {
          open.add(name);
          path.push(new Visit(name, edges.get(name).iterator()));
        } else if (open.contains(name)) {
          circle.accept(name);
        }
        while (!path.isEmpty() && !path.peek().next.hasNext()) {
          String done = path.pop().name;
          open.remove(done);
          order.add(done);
        }
        name = path.isEmpty() ? null : path.peek().next.next();
      }
    }
    return order;
  }
}
