package dev.javelin.engine.prompt.jinja;

import java.util.List;
import java.util.Map;

/** Keys of dicts. */
final class Keys {
  private Keys() {}

  static boolean isHashable(Object key) {
    return !(key instanceof List<?> || key instanceof Map<?, ?>)
        && !(key instanceof Tuple tuple && !tuple.items().stream().allMatch(Keys::isHashable));
  }

  /** A key in the form in which equal keys are equal objects: True is 1, and so is 1.0. */
  static Object checked(Object key) {
    if (!isHashable(key)) {
      throw JinjaException.type("unhashable type: '" + Types.name(key) + "'");
    }
    return switch (key) {
      case Boolean b -> b ? 1L : 0L;
      case Double d when d == Math.rint(d) && Math.abs(d) < 1e15 -> d.longValue();
      case null, default -> key;
    };
  }
}
