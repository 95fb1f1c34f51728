package dev.javelin.engine.prompt.jinja;

import java.util.Arrays;
import java.util.List;

/** A Python tuple: a list that prints with round brackets. */
record Tuple(List<Object> items) {
  static Tuple of(Object... items) {
    return new Tuple(Arrays.asList(items));
  }
}
