package dev.javelin.engine.prompt.jinja;

import dev.javelin.engine.prompt.jinja.Library.FilterFunction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters for lists and other things that can be walked. */
final class ListFilters {
  private ListFilters() {}

  static Map<String, FilterFunction> all() {
    Map<String, FilterFunction> filters = new HashMap<>();
    filters.put("length", (env, value, arguments) -> Items.length(value));
    filters.put("count", (env, value, arguments) -> Items.length(value));
    filters.put("list", (env, value, arguments) -> Items.list(value, env.budget()));
    filters.put(
        "first", (env, value, arguments) -> first(Items.walk(value, env.budget()), "first"));
    filters.put("last", (env, value, arguments) -> first(reversed(env, value).iterator(), "last"));
    filters.put("reverse", ListFilters::reverse);
    filters.put("join", ListFilters::join);
    filters.put("items", ListFilters::items);
    filters.put("sort", ListFilters::sort);
    filters.put("dictsort", ListFilters::dictSort);
    filters.put("unique", ListFilters::unique);
    filters.put("min", (env, value, arguments) -> extreme(env, value, arguments, -1));
    filters.put("max", (env, value, arguments) -> extreme(env, value, arguments, 1));
    filters.put("sum", ListFilters::sum);
    filters.put("batch", ListFilters::batch);
    filters.put("slice", ListFilters::slices);
    filters.put("groupby", ListFilters::groupBy);
    return filters;
  }

  private static Object first(Iterator<Object> values, String which) {
    return values.hasNext()
        ? values.next()
        : Undefined.of("No " + which + " item, sequence was empty.");
  }

  private static List<Object> reversed(Env env, Object value) {
    if (value instanceof Generator generator) {
      throw JinjaException.type("'" + generator.typeName() + "' object is not reversible");
    }
    List<Object> list = Items.list(value, env.budget());
    Collections.reverse(list);
    return list;
  }

  private static Object reverse(Env env, Object value, Arguments arguments) {
    if (value instanceof Str text) {
      return Slices.slice(text, null, null, -1L, env.budget());
    }
    List<Object> list = Items.list(value, env.budget());
    Collections.reverse(list);
    return new Generator("list_reverseiterator", list.iterator());
  }

  private static Object join(Env env, Object value, Arguments arguments) {
    Str separator = PyText.str(arguments.get(0, "d", Str.EMPTY), env.budget());
    Object attribute = arguments.get(1, "attribute", null);
    StrBuilder out = new StrBuilder(env.budget());
    boolean first = true;
    for (Object item : Items.list(value, env.budget())) {
      Object shown = attribute == null ? item : Attributes.path(item, attribute, env);
      out.append(first ? Str.EMPTY : separator).append(PyText.str(shown, env.budget()));
      first = false;
    }
    return out.toStr();
  }

  private static Object items(Env env, Object value, Arguments arguments) {
    return switch (value) {
      case Undefined undefined -> Generator.of(Collections.emptyIterator());
      case Map<?, ?> dict ->
          Generator.of(
              Items.walk(
                  Attributes.dot(dict, "items", env) instanceof Callable items
                      ? items.call(Arguments.of())
                      : dict,
                  env.budget()));
      case null, default -> throw JinjaException.type("Can only get item pairs from a mapping.");
    };
  }

  /** Lower case unless case counts; other values as they are. */
  private static Object sortKey(Object value, boolean caseSensitive) {
    return value instanceof Str text && !caseSensitive
        ? text.replaced(text.text().toLowerCase(Locale.ROOT))
        : value;
  }

  private static Comparator<Object> order(Env env) {
    return (a, b) -> {
      env.budget().step();
      return Compare.order(a, b, "<", env.budget());
    };
  }

  private static Object sort(Env env, Object value, Arguments arguments) {
    boolean caseSensitive = arguments.flag(1, "case_sensitive", false);
    Object attribute = arguments.get(2, "attribute", null);
    List<Object> list = Items.list(value, env.budget());
    Comparator<Object> order =
        Comparator.comparing(item -> key(env, item, attribute, caseSensitive), order(env));
    list.sort(arguments.flag(0, "reverse", false) ? order.reversed() : order);
    return list;
  }

  /** What to sort by; several attributes, with commas between them, make a list. */
  private static Object key(Env env, Object item, Object attribute, boolean caseSensitive) {
    if (attribute == null) {
      return sortKey(item, caseSensitive);
    }
    List<Object> keys = new ArrayList<>();
    for (String path : PyText.str(attribute, env.budget()).text().split(",")) {
      keys.add(sortKey(Attributes.path(item, Str.own(path), env), caseSensitive));
    }
    return keys;
  }

  private static Object dictSort(Env env, Object value, Arguments arguments) {
    boolean caseSensitive = arguments.flag(0, "case_sensitive", false);
    int by =
        PyText.str(arguments.get(1, "by", Str.own("key")), env.budget()).text().equals("value")
            ? 1
            : 0;
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(value instanceof Map<?, ?> dict)) {
      throw new JinjaException(
          "AttributeError", "'" + Types.name(value) + "' object has no attribute 'items'");
    }
    List<Object> pairs = new ArrayList<>();
    dict.forEach((key, item) -> pairs.add(Tuple.of(key, item)));
    env.budget().elements(3L * pairs.size());
    Comparator<Object> order =
        Comparator.comparing(
            pair -> sortKey(((Tuple) pair).items().get(by), caseSensitive), order(env));
    pairs.sort(arguments.flag(2, "reverse", false) ? order.reversed() : order);
    return pairs;
  }

  private static Object unique(Env env, Object value, Arguments arguments) {
    boolean caseSensitive = arguments.flag(0, "case_sensitive", false);
    Object attribute = arguments.get(1, "attribute", null);
    List<Object> seen = new ArrayList<>();
    List<Object> kept = new ArrayList<>();
    for (Object item : Items.list(value, env.budget())) {
      Object key =
          sortKey(attribute == null ? item : Attributes.path(item, attribute, env), caseSensitive);
      if (!Compare.contains(seen, key, env.budget())) {
        seen.add(key);
        kept.add(item);
      }
    }
    return Generator.of(kept.iterator());
  }

  private static Object extreme(Env env, Object value, Arguments arguments, int sign) {
    boolean caseSensitive = arguments.flag(0, "case_sensitive", false);
    Object attribute = arguments.get(1, "attribute", null);
    Object best = null;
    Object bestKey = null;
    boolean any = false;
    for (Object item : Items.list(value, env.budget())) {
      Object key =
          sortKey(attribute == null ? item : Attributes.path(item, attribute, env), caseSensitive);
      if (!any || sign * Compare.order(key, bestKey, sign > 0 ? ">" : "<", env.budget()) > 0) {
        best = item;
        bestKey = key;
        any = true;
      }
    }
    return any ? best : Undefined.of("No aggregated item, sequence was empty.");
  }

  private static Object sum(Env env, Object value, Arguments arguments) {
    Object attribute = arguments.get(0, "attribute", null);
    Object sum = arguments.get(1, "start", 0L);
    for (Object item : Items.list(value, env.budget())) {
      Object addend = attribute == null ? item : Attributes.path(item, attribute, env);
      sum = Arithmetic.compute(BinaryOperator.ADD, sum, addend, env.budget());
    }
    return sum;
  }

  private static Object batch(Env env, Object value, Arguments arguments) {
    int size = Math.clamp(Numbers.toLong(arguments.need(0, "linecount")), 1, 1_000_000);
    Object filler = arguments.get(1, "fill_with", null);
    List<Object> batches = new ArrayList<>();
    List<Object> batch = new ArrayList<>();
    for (Object item : Items.list(value, env.budget())) {
      if (batch.size() == size) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
      batch.add(item);
    }
    if (!batch.isEmpty()) {
      fill(env, batch, filler, size);
      batches.add(batch);
    }
    return Generator.of(batches.iterator());
  }

  private static void fill(Env env, List<Object> list, Object filler, int size) {
    if (filler != null) {
      env.budget().elements(size);
      while (list.size() < size) {
        list.add(filler);
      }
    }
  }

  private static Object slices(Env env, Object value, Arguments arguments) {
    List<Object> list = Items.list(value, env.budget());
    int count = Math.clamp(Numbers.toLong(arguments.need(0, "slices")), 1, 100_000);
    Object filler = arguments.get(1, "fill_with", null);
    env.budget().elements(count);
    int size = list.size() / count;
    int longer = list.size() % count;
    List<Object> slices = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < count; i++) {
      int end = at + size + (i < longer ? 1 : 0);
      List<Object> slice = new ArrayList<>(list.subList(at, end));
      if (i >= longer) {
        fill(env, slice, filler, slice.size() + 1);
      }
      slices.add(slice);
      at = end;
    }
    return Generator.of(slices.iterator());
  }

  private static Object groupBy(Env env, Object value, Arguments arguments) {
    Object attribute = arguments.need(0, "attribute");
    Object fallback = arguments.get(1, "default", null);
    boolean caseSensitive = arguments.flag(2, "case_sensitive", false);
    List<Object> sorted = Items.list(value, env.budget());
    Comparator<Object> order =
        Comparator.comparing(
            item -> sortKey(group(env, item, attribute, fallback), caseSensitive), order(env));
    sorted.sort(order);
    List<Object> groups = new ArrayList<>();
    List<Object> members = List.of();
    Object latest = null;
    for (Object item : sorted) {
      Object name = group(env, item, attribute, fallback);
      Object key = sortKey(name, caseSensitive);
      if (groups.isEmpty() || !Compare.equal(key, latest, env.budget())) {
        members = new ArrayList<>();
        groups.add(new Group(name, members));
        latest = key;
      }
      members.add(item);
    }
    List<Object> pairs = new ArrayList<>();
    groups.forEach(group -> pairs.add(Tuple.of(((Group) group).name(), ((Group) group).members())));
    return pairs;
  }

  private record Group(Object name, List<Object> members) {}

  private static Object group(Env env, Object item, Object attribute, Object fallback) {
    Object name = Attributes.path(item, attribute, env);
    return name instanceof Undefined && fallback != null ? fallback : name;
  }
}
