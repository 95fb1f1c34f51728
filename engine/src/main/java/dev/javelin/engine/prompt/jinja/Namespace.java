package dev.javelin.engine.prompt.jinja;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The one object whose attributes a template may assign; so loops can pass values out. */
final class Namespace implements HasAttributes {
  private final Map<String, Object> attributes = new LinkedHashMap<>();

  void set(String name, Object value) {
    attributes.put(name, value);
  }

  @Override
  public String typeName() {
    return "Namespace";
  }

  @Override
  public Optional<Box> attribute(String name) {
    return attributes.containsKey(name) ? Box.of(attributes.get(name)) : Optional.empty();
  }
}
