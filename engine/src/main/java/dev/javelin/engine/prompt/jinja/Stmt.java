package dev.javelin.engine.prompt.jinja;

import java.util.List;

/** A statement. */
sealed interface Stmt {
  /** Text of the template itself. */
  record Text(Str text) implements Stmt {}

  /** {@code {{ value }}} */
  record Print(Expr value) implements Stmt {}

  /** {@code if}, with its {@code elif} branches in order. */
  record If(List<Branch> branches, List<Stmt> otherwise) implements Stmt {
    record Branch(Expr condition, List<Stmt> body) {}
  }

  /** {@code for target in items if test}; test may be null. */
  record For(
      Target target,
      Expr items,
      Expr test,
      boolean recursive,
      List<Stmt> body,
      List<Stmt> otherwise)
      implements Stmt {}

  record Break() implements Stmt {}

  record Continue() implements Stmt {}

  record Set(Target target, Expr value) implements Stmt {}

  /** {@code set target}...{@code endset}; filter may be null. */
  record SetBlock(Target target, Expr filter, List<Stmt> body) implements Stmt {}

  /**
   * @param uses names that the body mentions, among them perhaps varargs, kwargs and caller
   */
  record Macro(String name, List<Parameter> parameters, List<Stmt> body, java.util.Set<String> uses)
      implements Stmt {
    /** The default may be null. */
    record Parameter(String name, Expr defaultValue) {}
  }

  /** {@code call(parameters) function(...)}...{@code endcall}; the macro is the body. */
  record CallBlock(Expr.Call call, Macro caller) implements Stmt {}

  record FilterBlock(Expr filter, List<Stmt> body) implements Stmt {}

  record With(List<Set> assignments, List<Stmt> body) implements Stmt {}

  /** Statements with a scope of their own. */
  record Block(List<Stmt> body) implements Stmt {}

  /** What parses but cannot run here, like an include. */
  record Fail(String message) implements Stmt {}

  /** What can be assigned to. */
  sealed interface Target {
    record Name(String name) implements Target {}

    record Names(List<Target> targets) implements Target {}

    /** {@code set namespace.attribute = ...} */
    record NamespaceAttribute(String namespace, String attribute) implements Target {}
  }
}
