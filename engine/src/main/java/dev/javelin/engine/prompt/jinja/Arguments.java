package dev.javelin.engine.prompt.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a function is called with. */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static Arguments of(Object... values) {
    return new Arguments(java.util.Arrays.asList(values), Map.of());
  }

  boolean has(int index, String name) {
    return index < positional.size() || named.containsKey(name);
  }

  /** An argument by position or name, or its default. */
  Object get(int index, String name, Object defaultValue) {
    if (index < positional.size()) {
      return positional.get(index);
    }
    return named.containsKey(name) ? named.get(name) : defaultValue;
  }

  /** One that must be there. */
  Object need(int index, String name) {
    if (!has(index, name)) {
      throw JinjaException.type("missing a required argument: '" + name + "'");
    }
    return get(index, name, null);
  }

  boolean flag(int index, String name, boolean defaultValue) {
    return has(index, name) ? Truth.of(get(index, name, null)) : defaultValue;
  }

  /** A whole number; None stands for the default too. */
  long number(int index, String name, long defaultValue) {
    Object value = get(index, name, null);
    return value == null ? defaultValue : Numbers.toLong(value);
  }

  /** Refuses more than these. */
  Arguments atMost(int count, String... names) {
    if (positional.size() > count) {
      throw JinjaException.type(
          "too many arguments: at most " + count + ", given " + positional.size());
    }
    for (String name : named.keySet()) {
      if (!List.of(names).contains(name)) {
        throw JinjaException.type("got an unexpected keyword argument '" + name + "'");
      }
    }
    return this;
  }

  /** Without the first positional arguments. */
  Arguments from(int index) {
    int start = Math.min(index, positional.size());
    return new Arguments(positional.subList(start, positional.size()), named);
  }

  Map<Object, Object> namedAsDict() {
    Map<Object, Object> dict = new LinkedHashMap<>();
    named.forEach((name, value) -> dict.put(Str.own(name), value));
    return dict;
  }
}
