package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes expressions. */
final class Evaluator {
  private final Env env;
  private final Budget budget;

  Evaluator(Env env) {
    this.env = env;
    this.budget = env.budget();
  }

  Object eval(Expr expr, Scope scope) {
    budget.enter();
    Object value =
        switch (expr) {
          case Expr.Name name -> scope.get(name.name());
          case Expr.Constant constant -> constant.value();
          case Expr.ListOf list -> evalAll(list.items(), scope);
          case Expr.TupleOf tuple -> new Tuple(evalAll(tuple.items(), scope));
          case Expr.DictOf dict -> dict(dict, scope);
          case Expr.Not not -> !truth(not.operand(), scope);
          case Expr.Signed signed -> signed(signed.minus(), eval(signed.operand(), scope));
          case Expr.And and -> {
            Object left = eval(and.left(), scope);
            yield Truth.of(left) ? eval(and.right(), scope) : left;
          }
          case Expr.Or or -> {
            Object left = eval(or.left(), scope);
            yield Truth.of(left) ? left : eval(or.right(), scope);
          }
          case Expr.Binary binary ->
              Arithmetic.compute(
                  binary.operator(),
                  eval(binary.left(), scope),
                  eval(binary.right(), scope),
                  budget);
          case Expr.Compare compare -> compare(compare, scope);
          case Expr.Concat concat -> concat(concat, scope);
          case Expr.Conditional conditional -> conditional(conditional, scope);
          case Expr.Attribute attribute ->
              Attributes.dot(eval(attribute.target(), scope), attribute.name(), env);
          case Expr.Subscript subscript -> subscript(subscript, scope);
          case Expr.Slice slice ->
              throw JinjaException.type("a slice stands alone in its brackets");
          case Expr.Call call ->
              call(eval(call.function(), scope), arguments(call.arguments(), scope));
          case Expr.Filter filter ->
              env.library()
                  .filter(filter.name())
                  .apply(env, eval(filter.target(), scope), arguments(filter.arguments(), scope));
          case Expr.Test test ->
              env.library()
                  .test(test.name())
                  .test(env, eval(test.target(), scope), arguments(test.arguments(), scope));
        };
    budget.leave();
    return value;
  }

  boolean truth(Expr expr, Scope scope) {
    return Truth.of(eval(expr, scope));
  }

  /** Runs filters, the innermost of which has no target yet, on a value. */
  Object filtered(Expr filters, Object value, Scope scope) {
    if (!(filters instanceof Expr.Filter filter)) {
      return value;
    }
    Object target = filtered(filter.target(), value, scope);
    return env.library()
        .filter(filter.name())
        .apply(env, target, arguments(filter.arguments(), scope));
  }

  Object call(Object function, Arguments arguments) {
    budget.enter();
    Object result =
        switch (function) {
          case Undefined undefined -> throw undefined.error();
          case Callable callable -> callable.call(arguments);
          case null, default ->
              throw JinjaException.type("'" + Types.name(function) + "' object is not callable");
        };
    budget.leave();
    return result;
  }

  private List<Object> evalAll(List<Expr> items, Scope scope) {
    budget.elements(items.size());
    List<Object> values = new ArrayList<>(items.size());
    for (Expr item : items) {
      values.add(eval(item, scope));
    }
    return values;
  }

  private Map<Object, Object> dict(Expr.DictOf dict, Scope scope) {
    budget.elements(2L * dict.entries().size());
    Map<Object, Object> values = new LinkedHashMap<>();
    for (Expr.DictOf.Entry entry : dict.entries()) {
      Object key = Keys.checked(eval(entry.key(), scope));
      values.put(key, eval(entry.value(), scope));
    }
    return values;
  }

  private static Object signed(boolean minus, Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!Numbers.isNumber(value)) {
      throw JinjaException.type(
          "bad operand type for unary " + (minus ? "-" : "+") + ": '" + Types.name(value) + "'");
    }
    return minus
        ? Numbers.negate(value)
        : value instanceof Boolean b ? (Object) (b ? 1L : 0L) : value;
  }

  private boolean compare(Expr.Compare compare, Scope scope) {
    Object left = eval(compare.first(), scope);
    for (Expr.Compare.Link link : compare.links()) {
      Object right = eval(link.operand(), scope);
      if (!Compare.test(link.operator(), left, right, budget)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private Str concat(Expr.Concat concat, Scope scope) {
    StrBuilder out = new StrBuilder(budget);
    for (Expr part : concat.parts()) {
      out.append(PyText.str(eval(part, scope), budget));
    }
    return out.toStr();
  }

  private Object conditional(Expr.Conditional conditional, Scope scope) {
    if (truth(conditional.condition(), scope)) {
      return eval(conditional.then(), scope);
    }
    return conditional.otherwise() == null
        ? Undefined.of(
            "the inline if-expression evaluated to false and no else section was defined.")
        : eval(conditional.otherwise(), scope);
  }

  private Object subscript(Expr.Subscript subscript, Scope scope) {
    Object target = eval(subscript.target(), scope);
    if (subscript.key() instanceof Expr.Slice slice) {
      return Slices.slice(
          target,
          bound(slice.from(), scope),
          bound(slice.to(), scope),
          bound(slice.step(), scope),
          budget);
    }
    return Attributes.item(target, eval(subscript.key(), scope), env);
  }

  private Long bound(Expr expr, Scope scope) {
    Object value = expr == null ? null : eval(expr, scope);
    return value == null ? null : Numbers.toLong(value);
  }

  Arguments arguments(Expr.CallArguments written, Scope scope) {
    List<Object> positional = evalAll(written.positional(), scope);
    Map<String, Object> named = new LinkedHashMap<>();
    for (Expr.CallArguments.Keyword keyword : written.keywords()) {
      named.put(keyword.name(), eval(keyword.value(), scope));
    }
    if (written.star() != null) {
      positional.addAll(Items.list(eval(written.star(), scope), budget));
    }
    if (written.doubleStar() != null) {
      if (!(eval(written.doubleStar(), scope) instanceof Map<?, ?> dict)) {
        throw JinjaException.type("argument after ** must be a mapping");
      }
      dict.forEach((key, value) -> named.put(String.valueOf(key), value));
    }
    return new Arguments(positional, named);
  }
}
