package dev.javelin.engine.prompt.jinja;

import java.util.Iterator;

/**
 * Values that come one by one and only once, like those of the filter {@code map}.
 *
 * @param typeName what Python calls it
 */
record Generator(String typeName, Iterator<Object> values) {
  static Generator of(Iterator<Object> values) {
    return new Generator("generator", values);
  }
}
