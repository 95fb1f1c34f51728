package dev.javelin.engine.prompt.jinja;

import java.util.HashMap;
import java.util.Map;

/** Variables of a loop's turn, a macro's call or the whole template, and the scope around it. */
final class Scope {
  private final Scope parent;
  private final Map<String, Object> variables = new HashMap<>();

  Scope(Scope parent) {
    this.parent = parent;
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      Object value = scope.variables.get(name);
      if (value != null || scope.variables.containsKey(name)) {
        return value;
      }
    }
    return Undefined.name(name);
  }
}
