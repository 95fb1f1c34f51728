package dev.javelin.engine.prompt.jinja;

import java.util.Optional;

/** An object of the engine with attributes of its own, like {@code loop}. */
interface HasAttributes {
  /** What Python calls the object's type. */
  String typeName();

  /** The attribute in a box, or empty if there is none; the box holds null for None. */
  Optional<Box> attribute(String name);

  /** A value that may be null. */
  record Box(Object value) {
    static Optional<Box> of(Object value) {
      return Optional.of(new Box(value));
    }
  }
}
