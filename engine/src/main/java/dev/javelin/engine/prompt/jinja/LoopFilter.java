package dev.javelin.engine.prompt.jinja;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;

/**
 * The values that pass a test, found one at a time: what a loop does may change the outcome of the
 * next test.
 */
final class LoopFilter implements Iterator<Object> {
  private final Iterator<Object> values;
  private final Predicate<Object> test;
  private HasAttributes.Box next;

  LoopFilter(Iterator<Object> values, Predicate<Object> test) {
    this.values = values;
    this.test = test;
  }

  @Override
  public boolean hasNext() {
    while (next == null && values.hasNext()) {
      Object value = values.next();
      if (test.test(value)) {
        next = new HasAttributes.Box(value);
      }
    }
    return next != null;
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Object value = next.value();
    next = null;
    return value;
  }
}
