package dev.javelin.engine.prompt.jinja;

import dev.javelin.engine.prompt.jinja.Library.FilterFunction;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** {@code map}, {@code select}, {@code reject} and their kin: lazy, and good for one walk. */
final class PickFilters {
  private PickFilters() {}

  static Map<String, FilterFunction> all() {
    Map<String, FilterFunction> filters = new HashMap<>();
    filters.put("map", PickFilters::map);
    filters.put("select", (env, value, arguments) -> pick(env, value, arguments, false, true));
    filters.put("reject", (env, value, arguments) -> pick(env, value, arguments, false, false));
    filters.put("selectattr", (env, value, arguments) -> pick(env, value, arguments, true, true));
    filters.put("rejectattr", (env, value, arguments) -> pick(env, value, arguments, true, false));
    return filters;
  }

  private static Object map(Env env, Object value, Arguments arguments) {
    Function<Object, Object> function;
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      Object attribute = arguments.named().get("attribute");
      Object fallback = arguments.named().get("default");
      function =
          item -> {
            Object found = Attributes.path(item, attribute, env);
            return found instanceof Undefined && fallback != null ? fallback : found;
          };
    } else if (arguments.positional().isEmpty()) {
      throw new JinjaException("FilterArgumentError", "map requires a filter argument");
    } else {
      FilterFunction filter =
          env.library().filter(PyText.str(arguments.positional().getFirst(), env.budget()).text());
      Arguments rest = arguments.from(1);
      function = item -> filter.apply(env, item, rest);
    }
    Iterator<Object> items =
        Truth.of(value)
            ? Items.walk(value, env.budget())
            : Items.walk(Undefined.of(""), env.budget());
    return Generator.of(
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return items.hasNext();
          }

          @Override
          public Object next() {
            return function.apply(items.next());
          }
        });
  }

  private static Object pick(
      Env env, Object value, Arguments arguments, boolean byAttribute, boolean wanted) {
    int used = byAttribute ? 1 : 0;
    Object attribute = byAttribute ? arguments.need(0, "attribute") : null;
    Predicate<Object> test = Truth::of;
    if (arguments.positional().size() > used) {
      Library.TestFunction named =
          env.library().test(PyText.str(arguments.positional().get(used), env.budget()).text());
      Arguments rest = arguments.from(used + 1);
      test = item -> named.test(env, item, rest);
    }
    Predicate<Object> onItem = test;
    Predicate<Object> decides =
        byAttribute ? item -> onItem.test(Attributes.path(item, attribute, env)) : onItem;
    Iterator<Object> items =
        Truth.of(value)
            ? Items.walk(value, env.budget())
            : Items.walk(Undefined.of(""), env.budget());
    return Generator.of(new LoopFilter(items, item -> passes(decides, item, wanted, env.budget())));
  }

  private static boolean passes(
      Predicate<Object> test, Object item, boolean wanted, Budget budget) {
    budget.step();
    return test.test(item) == wanted;
  }
}
