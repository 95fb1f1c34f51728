package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Values that can be walked. */
final class Items {
  private Items() {}

  static boolean areIn(Object value) {
    return switch (value) {
      case Str s -> true;
      case List<?> l -> true;
      case Tuple t -> true;
      case Map<?, ?> m -> true;
      case DictView v -> true;
      case Range r -> true;
      case Generator g -> true;
      case Undefined u -> true;
      case null, default -> false;
    };
  }

  /** The values one by one. */
  @SuppressWarnings("unchecked") // every List and Map of the engine holds template values
  static Iterator<Object> walk(Object value, Budget budget) {
    return switch (value) {
      case Str s -> characters(s, budget).iterator();
      case List<?> l -> ((List<Object>) l).iterator();
      case Tuple t -> t.items().iterator();
      case Map<?, ?> m -> ((Map<Object, Object>) m).keySet().iterator();
      case DictView v -> items(v, budget);
      case Range r -> r.walk();
      case Generator g -> g.values();
      case Undefined u -> check(u);
      case null, default ->
          throw JinjaException.type("'" + Types.name(value) + "' object is not iterable");
    };
  }

  private static Iterator<Object> items(DictView view, Budget budget) {
    budget.elements(view.dict().size());
    return view.items().iterator();
  }

  private static Iterator<Object> check(Undefined undefined) {
    if (!undefined.kind().equals("UndefinedError")) {
      throw undefined.error();
    }
    return List.<Object>of().iterator();
  }

  /** The values as a list that the caller owns. */
  static List<Object> list(Object value, Budget budget) {
    List<Object> list = new ArrayList<>();
    Iterator<Object> values = walk(value, budget);
    while (values.hasNext()) {
      budget.step();
      budget.elements(1);
      list.add(values.next());
    }
    return list;
  }

  private static List<Object> characters(Str text, Budget budget) {
    List<Object> characters = new ArrayList<>();
    budget.elements(text.text().length());
    int at = 0;
    while (at < text.text().length()) {
      int next = text.text().offsetByCodePoints(at, 1);
      characters.add(text.slice(at, next));
      at = next;
    }
    return characters;
  }

  static long length(Object value) {
    return switch (value) {
      case Str s -> s.length();
      case List<?> l -> l.size();
      case Tuple t -> t.items().size();
      case Map<?, ?> m -> m.size();
      case DictView v -> v.dict().size();
      case Range r -> r.size();
      case Undefined u -> 0;
      case null, default ->
          throw JinjaException.type("object of type '" + Types.name(value) + "' has no len()");
    };
  }
}
