package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** The variable {@code loop}: where a loop stands. Reads ahead only when asked what comes next. */
final class Loop implements HasAttributes, Callable {
  private final Env env;
  private final BiFunction<Object, Integer, Object> recursion; // null unless the loop is recursive
  private final int depth;
  private Iterator<Object> items;
  private int index = -1; // from 0
  private HasAttributes.Box current;
  private HasAttributes.Box previous;
  private HasAttributes.Box next; // read ahead
  private List<Object> lastChange; // arguments of the latest "changed"

  Loop(Env env, Iterator<Object> items, int depth, BiFunction<Object, Integer, Object> recursion) {
    this.env = env;
    this.items = items;
    this.depth = depth;
    this.recursion = recursion;
  }

  boolean advance() {
    boolean more = hasNext();
    if (more) {
      previous = current;
      current = next;
      next = null;
      index++;
    }
    return more;
  }

  Object item() {
    return current.value();
  }

  private boolean hasNext() {
    if (next == null && items.hasNext()) {
      next = new Box(items.next());
    }
    return next != null;
  }

  private long length() {
    List<Object> rest = new ArrayList<>();
    items.forEachRemaining(
        item -> {
          env.budget().step();
          rest.add(item);
        });
    items = rest.iterator();
    return index + 1 + (next == null ? 0 : 1) + rest.size();
  }

  @Override
  public Object call(Arguments arguments) {
    if (recursion == null) {
      throw JinjaException.type(
          "The loop must have the 'recursive' marker to be called recursively.");
    }
    return recursion.apply(arguments.need(0, "iterable"), depth + 1);
  }

  @Override
  public String typeName() {
    return "LoopContext";
  }

  @Override
  public Optional<Box> attribute(String name) {
    return switch (name) {
      case "index" -> Box.of((long) index + 1);
      case "index0" -> Box.of((long) index);
      case "revindex" -> Box.of(length() - index);
      case "revindex0" -> Box.of(length() - index - 1);
      case "first" -> Box.of(index == 0);
      case "last" -> Box.of(!hasNext());
      case "length" -> Box.of(length());
      case "depth" -> Box.of((long) depth + 1);
      case "depth0" -> Box.of((long) depth);
      case "previtem" ->
          Box.of(previous == null ? Undefined.of("there is no previous item") : previous.value());
      case "nextitem" -> Box.of(hasNext() ? next.value() : Undefined.of("there is no next item"));
      case "cycle" -> Box.of((Callable) this::cycle);
      case "changed" -> Box.of((Callable) this::changed);
      default -> Optional.empty();
    };
  }

  private Object cycle(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw JinjaException.type("no items for cycling given");
    }
    return arguments.positional().get(index % arguments.positional().size());
  }

  private Object changed(Arguments arguments) {
    boolean same =
        lastChange != null && Compare.equal(lastChange, arguments.positional(), env.budget());
    lastChange = arguments.positional();
    return !same;
  }
}
