package dev.javelin.engine.prompt.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Finds the names that an expression reads. */
final class ExprNames {
  private ExprNames() {}

  static void load(Expr expression, Symbols symbols) {
    Deque<Expr> open = new ArrayDeque<>(List.of(expression));
    while (!open.isEmpty()) {
      Expr next = open.pop();
      if (next instanceof Expr.Name name) {
        symbols.load(name.name());
      }
      for (Expr child : children(next)) {
        if (child != null) {
          open.push(child);
        }
      }
    }
  }

  /** The parts of an expression; absent ones are null. */
  private static List<Expr> children(Expr expression) {
    List<Expr> children = new ArrayList<>();
    switch (expression) {
      case Expr.Name name -> {}
      case Expr.Constant constant -> {}
      case Expr.ListOf list -> children.addAll(list.items());
      case Expr.TupleOf tuple -> children.addAll(tuple.items());
      case Expr.DictOf dict ->
          dict.entries()
              .forEach(
                  entry -> {
                    children.add(entry.key());
                    children.add(entry.value());
                  });
      case Expr.Not not -> children.add(not.operand());
      case Expr.Signed signed -> children.add(signed.operand());
      case Expr.And(Expr left, Expr right) -> addAll(children, left, right);
      case Expr.Or(Expr left, Expr right) -> addAll(children, left, right);
      case Expr.Binary(BinaryOperator operator, Expr left, Expr right) ->
          addAll(children, left, right);
      case Expr.Compare compare -> {
        children.add(compare.first());
        compare.links().forEach(link -> children.add(link.operand()));
      }
      case Expr.Concat concat -> children.addAll(concat.parts());
      case Expr.Conditional(Expr condition, Expr then, Expr otherwise) ->
          addAll(children, condition, then, otherwise);
      case Expr.Attribute attribute -> children.add(attribute.target());
      case Expr.Subscript(Expr target, Expr key) -> addAll(children, target, key);
      case Expr.Slice(Expr from, Expr to, Expr step) -> addAll(children, from, to, step);
      case Expr.Call(Expr function, Expr.CallArguments arguments) ->
          addArguments(children, function, arguments);
      case Expr.Filter filter -> addArguments(children, filter.target(), filter.arguments());
      case Expr.Test test -> addArguments(children, test.target(), test.arguments());
    }
    return children;
  }

  private static void addAll(List<Expr> children, Expr... parts) {
    for (Expr part : parts) {
      children.add(part);
    }
  }

  private static void addArguments(List<Expr> children, Expr target, Expr.CallArguments arguments) {
    addAll(children, target, arguments.star(), arguments.doubleStar());
    children.addAll(arguments.positional());
    arguments.keywords().forEach(keyword -> children.add(keyword.value()));
  }
}
