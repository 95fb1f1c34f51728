package dev.javelin.engine.prompt.jinja;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds, for every list of statements that has a scope of its own, the names that are undefined
 * when it is entered. A scope's names are those that it uses itself; what the scopes inside of it
 * use is looked at afterwards.
 */
final class ScopeNames {
  private final Map<List<Stmt>, Set<String>> undefined = new IdentityHashMap<>();

  private ScopeNames() {}

  static Map<List<Stmt>, Set<String>> of(List<Stmt> template) {
    ScopeNames names = new ScopeNames();
    names.scope(template, new Symbols(null));
    return names.undefined;
  }

  /** A scope with these parameters, declared already. */
  private void scope(List<Stmt> body, Symbols symbols) {
    if (body.isEmpty()) {
      return;
    }
    body.forEach(statement -> collect(statement, symbols));
    Set<String> names = symbols.undefined();
    if (!names.isEmpty()) {
      undefined.put(body, names);
    }
    body.forEach(statement -> inner(statement, symbols));
  }

  /** What a statement does to the names of the scope that it stands in. */
  private static void collect(Stmt statement, Symbols symbols) {
    switch (statement) {
      case Stmt.Print print -> ExprNames.load(print.value(), symbols);
      case Stmt.If choice -> collectIf(choice, symbols);
      case Stmt.For loop -> ExprNames.load(loop.items(), symbols);
      case Stmt.Set set -> {
        ExprNames.load(set.value(), symbols);
        store(set.target(), symbols);
      }
      case Stmt.SetBlock set -> store(set.target(), symbols);
      case Stmt.Macro macro -> symbols.store(macro.name());
      case Stmt.CallBlock block -> ExprNames.load(block.call(), symbols);
      case Stmt.FilterBlock block -> ExprNames.load(block.filter(), symbols);
      case Stmt.With with ->
          with.assignments().forEach(set -> ExprNames.load(set.value(), symbols));
      case Stmt.Text text -> {}
      case Stmt.Break end -> {}
      case Stmt.Continue next -> {}
      case Stmt.Block block -> {}
      case Stmt.Fail fail -> {}
    }
  }

  private static void collectIf(Stmt.If choice, Symbols symbols) {
    Stmt.If.Branch first = choice.branches().getFirst();
    ExprNames.load(first.condition(), symbols);
    Symbols then = symbols.branch();
    first.body().forEach(statement -> collect(statement, then));
    Symbols elif = symbols.branch();
    for (Stmt.If.Branch branch : choice.branches().subList(1, choice.branches().size())) {
      collectIf(new Stmt.If(List.of(branch), List.of()), elif);
    }
    Symbols otherwise = symbols.branch();
    choice.otherwise().forEach(statement -> collect(statement, otherwise));
    symbols.join(List.of(then, elif, otherwise));
  }

  private static void store(Stmt.Target target, Symbols symbols) {
    switch (target) {
      case Stmt.Target.Name name -> symbols.store(name.name());
      case Stmt.Target.Names names -> names.targets().forEach(part -> store(part, symbols));
      case Stmt.Target.NamespaceAttribute attribute -> symbols.load(attribute.namespace());
    }
  }

  /** The scopes inside of a statement. */
  private void inner(Stmt statement, Symbols outer) {
    switch (statement) {
      case Stmt.If choice -> {
        choice.branches().forEach(branch -> branch.body().forEach(inside -> inner(inside, outer)));
        choice.otherwise().forEach(inside -> inner(inside, outer));
      }
      case Stmt.For loop -> {
        Symbols body = new Symbols(outer);
        body.parameter("loop");
        parameters(loop.target(), body);
        scope(loop.body(), body);
        scope(loop.otherwise(), new Symbols(outer));
      }
      case Stmt.SetBlock set -> scope(set.body(), new Symbols(outer));
      case Stmt.Macro macro -> macro(macro, outer);
      case Stmt.CallBlock block -> macro(block.caller(), outer);
      case Stmt.FilterBlock block -> scope(block.body(), new Symbols(outer));
      case Stmt.With with -> {
        Symbols body = new Symbols(outer);
        with.assignments().forEach(set -> parameters(set.target(), body));
        scope(with.body(), body);
      }
      case Stmt.Block block -> scope(block.body(), new Symbols(outer));
      case Stmt.Text text -> {}
      case Stmt.Print print -> {}
      case Stmt.Set set -> {}
      case Stmt.Break end -> {}
      case Stmt.Continue next -> {}
      case Stmt.Fail fail -> {}
    }
  }

  private void macro(Stmt.Macro macro, Symbols outer) {
    Symbols body = new Symbols(outer);
    macro.parameters().forEach(parameter -> body.parameter(parameter.name()));
    List.of("caller", "kwargs", "varargs").stream()
        .filter(macro.uses()::contains)
        .forEach(body::parameter);
    for (Stmt.Macro.Parameter parameter : macro.parameters()) {
      if (parameter.defaultValue() != null) {
        ExprNames.load(parameter.defaultValue(), body);
      }
    }
    scope(macro.body(), body);
  }

  private static void parameters(Stmt.Target target, Symbols symbols) {
    switch (target) {
      case Stmt.Target.Name name -> symbols.parameter(name.name());
      case Stmt.Target.Names names -> names.targets().forEach(part -> parameters(part, symbols));
      case Stmt.Target.NamespaceAttribute attribute -> symbols.load(attribute.namespace());
    }
  }
}
