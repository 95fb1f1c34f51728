package dev.javelin.engine.prompt.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs statements and collects what they print. */
final class Interpreter {
  /** How a list of statements ended. */
  private enum Flow {
    NORMAL,
    BREAK,
    CONTINUE
  }

  private final Env env;
  private final Budget budget;
  private final Evaluator evaluator;
  private final Map<List<Stmt>, Set<String>> undefinedNames;

  /**
   * @param undefinedNames as {@link ScopeNames} finds them
   */
  Interpreter(Env env, Map<List<Stmt>, Set<String>> undefinedNames) {
    this.env = env;
    this.undefinedNames = undefinedNames;
    this.budget = env.budget();
    this.evaluator = new Evaluator(env);
  }

  Evaluator evaluator() {
    return evaluator;
  }

  /** Runs statements that have this scope for themselves; returns what they print. */
  Str capture(List<Stmt> statements, Scope scope) {
    StrBuilder out = new StrBuilder(budget);
    runScope(statements, scope, out);
    return out.toStr();
  }

  private Flow runScope(List<Stmt> statements, Scope scope, StrBuilder out) {
    for (String name : undefinedNames.getOrDefault(statements, Set.of())) {
      scope.set(name, Undefined.name(name));
    }
    return run(statements, scope, out);
  }

  private Flow run(List<Stmt> statements, Scope scope, StrBuilder out) {
    for (Stmt statement : statements) {
      budget.enter();
      Flow flow = run(statement, scope, out);
      budget.leave();
      if (flow != Flow.NORMAL) {
        return flow;
      }
    }
    return Flow.NORMAL;
  }

  private Flow run(Stmt statement, Scope scope, StrBuilder out) {
    switch (statement) {
      case Stmt.Text text -> out.append(text.text());
      case Stmt.Print print -> out.append(PyText.str(evaluator.eval(print.value(), scope), budget));
      case Stmt.If choice -> {
        return runIf(choice, scope, out);
      }
      case Stmt.For loop -> out.append(runFor(loop, evaluator.eval(loop.items(), scope), 0, scope));
      case Stmt.Break end -> {
        return Flow.BREAK;
      }
      case Stmt.Continue next -> {
        return Flow.CONTINUE;
      }
      case Stmt.Set set -> assign(set.target(), evaluator.eval(set.value(), scope), scope);
      case Stmt.SetBlock set -> {
        Object body = capture(set.body(), new Scope(scope));
        assign(set.target(), evaluator.filtered(set.filter(), body, scope), scope);
      }
      case Stmt.Macro macro -> scope.set(macro.name(), new Macro(macro, scope, this));
      case Stmt.CallBlock block -> out.append(PyText.str(runCall(block, scope), budget));
      case Stmt.FilterBlock block -> {
        Object body = capture(block.body(), new Scope(scope));
        out.append(PyText.str(evaluator.filtered(block.filter(), body, scope), budget));
      }
      case Stmt.With with -> {
        Scope inner = new Scope(scope);
        with.assignments()
            .forEach(set -> assign(set.target(), evaluator.eval(set.value(), scope), inner));
        return runScope(with.body(), inner, out);
      }
      case Stmt.Block block -> {
        return runScope(block.body(), new Scope(scope), out);
      }
      case Stmt.Fail fail -> throw JinjaException.type(fail.message());
    }
    return Flow.NORMAL;
  }

  private Flow runIf(Stmt.If choice, Scope scope, StrBuilder out) {
    for (Stmt.If.Branch branch : choice.branches()) {
      if (evaluator.truth(branch.condition(), scope)) {
        return run(branch.body(), scope, out);
      }
    }
    return run(choice.otherwise(), scope, out);
  }

  private Str runFor(Stmt.For loop, Object items, int depth, Scope scope) {
    StrBuilder out = new StrBuilder(budget);
    Iterator<Object> values = Items.walk(items, budget);
    if (loop.test() != null) {
      values = new LoopFilter(values, item -> passes(loop, item, scope));
    }
    Loop state =
        new Loop(
            env,
            values,
            depth,
            loop.recursive() ? (inner, level) -> runFor(loop, inner, level, scope) : null);
    boolean completed = false; // a turn that came to its end: jinja2 asks for no more and no less
    while (state.advance()) {
      budget.step();
      Scope turn = new Scope(scope);
      turn.set("loop", state);
      assign(loop.target(), state.item(), turn);
      Flow flow = runScope(loop.body(), turn, out);
      completed |= flow == Flow.NORMAL;
      if (flow == Flow.BREAK) {
        break;
      }
    }
    if (!completed) {
      runScope(loop.otherwise(), new Scope(scope), out);
    }
    return out.toStr();
  }

  private boolean passes(Stmt.For loop, Object item, Scope scope) {
    Scope test = new Scope(scope);
    assign(loop.target(), item, test);
    return evaluator.truth(loop.test(), test);
  }

  private Object runCall(Stmt.CallBlock block, Scope scope) {
    Object function = evaluator.eval(block.call().function(), scope);
    Arguments arguments = evaluator.arguments(block.call().arguments(), scope);
    arguments.named().put("caller", new Macro(block.caller(), scope, this));
    return evaluator.call(function, arguments);
  }

  private void assign(Stmt.Target target, Object value, Scope scope) {
    switch (target) {
      case Stmt.Target.Name name -> scope.set(name.name(), value);
      case Stmt.Target.Names names -> {
        List<Object> values = Items.list(value, budget);
        int wanted = names.targets().size();
        if (values.size() != wanted) {
          String fault = values.size() < wanted ? "not enough" : "too many";
          throw JinjaException.value(
              fault + " values to unpack (expected " + wanted + ", got " + values.size() + ")");
        }
        for (int i = 0; i < wanted; i++) {
          assign(names.targets().get(i), values.get(i), scope);
        }
      }
      case Stmt.Target.NamespaceAttribute attribute -> {
        if (!(scope.get(attribute.namespace()) instanceof Namespace namespace)) {
          throw JinjaException.runtime("cannot assign attribute on non-namespace object");
        }
        namespace.set(attribute.attribute(), value);
      }
    }
  }
}
