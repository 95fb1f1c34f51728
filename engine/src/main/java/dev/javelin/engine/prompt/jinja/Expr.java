package dev.javelin.engine.prompt.jinja;

import java.util.List;

/** An expression. */
sealed interface Expr {
  record Name(String name) implements Expr {}

  /** A literal; strings are {@link Str}. */
  record Constant(Object value) implements Expr {}

  record ListOf(List<Expr> items) implements Expr {}

  record TupleOf(List<Expr> items) implements Expr {}

  record DictOf(List<Entry> entries) implements Expr {
    record Entry(Expr key, Expr value) {}
  }

  record Not(Expr operand) implements Expr {}

  /** A sign: minus, or plus, which does nothing to a number. */
  record Signed(boolean minus, Expr operand) implements Expr {}

  record And(Expr left, Expr right) implements Expr {}

  record Or(Expr left, Expr right) implements Expr {}

  record Binary(BinaryOperator operator, Expr left, Expr right) implements Expr {}

  /** A chain: {@code a < b <= c}. */
  record Compare(Expr first, List<Link> links) implements Expr {
    record Link(CompareOperator operator, Expr operand) {}
  }

  /** {@code a ~ b ~ c}. */
  record Concat(List<Expr> parts) implements Expr {}

  /** {@code a if condition else b}; without else, otherwise is null. */
  record Conditional(Expr condition, Expr then, Expr otherwise) implements Expr {}

  /** {@code target.name} */
  record Attribute(Expr target, String name) implements Expr {}

  /** {@code target[key]} */
  record Subscript(Expr target, Expr key) implements Expr {}

  /** {@code from:to:step} inside of square brackets; each may be null. */
  record Slice(Expr from, Expr to, Expr step) implements Expr {}

  record Call(Expr function, CallArguments arguments) implements Expr {}

  /** {@code target | name(arguments)}; the target is null in a filter block. */
  record Filter(Expr target, String name, CallArguments arguments) implements Expr {}

  /** {@code target is name(arguments)} */
  record Test(Expr target, String name, CallArguments arguments) implements Expr {}

  /** Arguments as written; star and doubleStar may be null. */
  record CallArguments(List<Expr> positional, List<Keyword> keywords, Expr star, Expr doubleStar) {
    static final CallArguments NONE = new CallArguments(List.of(), List.of(), null, null);

    record Keyword(String name, Expr value) {}
  }
}
