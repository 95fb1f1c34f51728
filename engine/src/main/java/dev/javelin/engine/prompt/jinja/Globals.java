package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Functions that every template has: jinja2's own, and the two that Hugging Face adds. */
final class Globals {
  private Globals() {}

  static Scope scope(Env env) {
    Scope scope = new Scope(null);
    Budget budget = env.budget();
    scope.set(
        "raise_exception",
        (Callable)
            arguments -> {
              throw new JinjaException(
                  "TemplateError", PyText.str(arguments.need(0, "message"), budget).text());
            });
    scope.set(
        "strftime_now",
        (Callable)
            a ->
                Str.own(
                    StrfTime.format(env.now(), PyText.str(a.need(0, "format"), budget).text())));
    scope.set("range", (Callable) Globals::range);
    scope.set("namespace", (Callable) arguments -> namespace(arguments, budget));
    scope.set("dict", (Callable) arguments -> dict(arguments, budget));
    scope.set("cycler", (Callable) Cycler::new);
    scope.set("joiner", (Callable) Globals::joiner);
    return scope;
  }

  private static Object range(Arguments arguments) {
    boolean one = arguments.positional().size() == 1;
    long first = Numbers.toLong(arguments.atMost(3).need(0, "stop"));
    return Range.checked(
        one ? 0 : first,
        one ? first : arguments.number(1, "stop", 0),
        arguments.number(2, "step", 1));
  }

  private static Map<Object, Object> dict(Arguments arguments, Budget budget) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    Object source = arguments.get(0, "source", null);
    if (source instanceof Map<?, ?> map) {
      dict.putAll(map);
    } else if (source != null) {
      for (Object pair : Items.list(source, budget)) {
        List<Object> entry = Items.list(pair, budget);
        if (entry.size() != 2) {
          throw JinjaException.value(
              "dictionary update sequence element has length " + entry.size() + "; 2 is required");
        }
        dict.put(Keys.checked(entry.getFirst()), entry.getLast());
      }
    }
    dict.putAll(arguments.namedAsDict());
    budget.elements(2L * dict.size());
    return dict;
  }

  private static Object namespace(Arguments arguments, Budget budget) {
    Namespace namespace = new Namespace();
    dict(arguments, budget).forEach((name, value) -> namespace.set(String.valueOf(name), value));
    return namespace;
  }

  /** Nothing at the first call, the separator at every other. */
  private static Object joiner(Arguments arguments) {
    Object separator = arguments.get(0, "sep", Str.own(", "));
    boolean[] used = {false};
    return (Callable)
        ignored -> {
          Object value = used[0] ? separator : Str.EMPTY;
          used[0] = true;
          return value;
        };
  }

  /** Values that come round and round. */
  private static final class Cycler implements HasAttributes {
    private final List<Object> values;
    private int at;

    Cycler(Arguments arguments) {
      if (arguments.positional().isEmpty()) {
        throw JinjaException.runtime("at least one item has to be provided");
      }
      values = new ArrayList<>(arguments.positional());
    }

    @Override
    public String typeName() {
      return "Cycler";
    }

    @Override
    public Optional<Box> attribute(String name) {
      return switch (name) {
        case "next" -> Box.of((Callable) arguments -> values.get(at++ % values.size()));
        case "current" -> Box.of(values.get(at % values.size()));
        case "reset" ->
            Box.of(
                (Callable)
                    arguments -> {
                      at = 0;
                      return null;
                    });
        default -> Optional.empty();
      };
    }
  }
}
