package dev.javelin.engine.prompt.jinja;

import java.util.HashMap;
import java.util.Map;

/** The filters and tests that templates know. */
final class Library {
  static final Library STANDARD = new Library();

  /** {@code value | name(arguments)} */
  interface FilterFunction {
    Object apply(Env env, Object value, Arguments arguments);
  }

  /** {@code value is name(arguments)} */
  interface TestFunction {
    boolean test(Env env, Object value, Arguments arguments);
  }

  private final Map<String, FilterFunction> filters = new HashMap<>();
  private final Map<String, TestFunction> tests = new HashMap<>();

  private Library() {
    filters.putAll(ValueFilters.all());
    filters.putAll(TextFilters.all());
    filters.putAll(ListFilters.all());
    filters.putAll(PickFilters.all());
    tests.putAll(ValueTests.all());
  }

  boolean hasFilter(String name) {
    return filters.containsKey(name);
  }

  boolean hasTest(String name) {
    return tests.containsKey(name);
  }

  FilterFunction filter(String name) {
    FilterFunction filter = filters.get(name);
    if (filter == null) {
      throw JinjaException.runtime("No filter named '" + name + "' found.");
    }
    return filter;
  }

  TestFunction test(String name) {
    TestFunction test = tests.get(name);
    if (test == null) {
      throw JinjaException.runtime("No test named '" + name + "' found.");
    }
    return test;
  }
}
