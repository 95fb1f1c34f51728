package dev.javelin.engine.prompt.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * What Python calls a value's type. The values: null (None), Boolean, Long, BigInteger, Double,
 * {@link Str}, List, {@link Tuple}, Map (dict), {@link DictView}, {@link Range}, {@link Generator},
 * {@link Undefined}, {@link Callable} and objects that {@link HasAttributes}.
 */
final class Types {
  private Types() {}

  static String name(Object value) {
    return switch (value) {
      case null -> "NoneType";
      case Boolean b -> "bool";
      case Long n -> "int";
      case BigInteger n -> "int";
      case Double d -> "float";
      case Str s -> s.isMarkup() ? "Markup" : "str";
      case List<?> l -> "list";
      case Tuple t -> "tuple";
      case Map<?, ?> m -> "dict";
      case DictView v -> v.typeName();
      case Range r -> "range";
      case Generator g -> g.typeName();
      case Undefined u -> "Undefined";
      case HasAttributes object -> object.typeName();
      case Callable c -> "function";
      default -> throw new IllegalStateException("not a template value: " + value.getClass());
    };
  }

  /** As jinja2's messages about missing attributes name it. */
  static String describe(Object value) {
    return value == null ? "None" : name(value) + " object";
  }
}
