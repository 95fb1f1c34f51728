package dev.javelin.engine.prompt.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** What counts as true. */
final class Truth {
  private Truth() {}

  static boolean of(Object value) {
    return switch (value) {
      case null -> false;
      case Boolean b -> b;
      case Long n -> n != 0;
      case BigInteger n -> n.signum() != 0;
      case Double d -> d != 0;
      case Str s -> !s.isEmpty();
      case List<?> l -> !l.isEmpty();
      case Tuple t -> !t.items().isEmpty();
      case Map<?, ?> m -> !m.isEmpty();
      case DictView v -> !v.dict().isEmpty();
      case Range r -> r.size() > 0;
      case Undefined u -> false;
      default -> true;
    };
  }
}
