package dev.javelin.engine.prompt.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code value.name} and {@code value[key]}. The dot looks for a method first, the brackets for a
 * key first. Methods that change their object are not there: a template must not change what it was
 * given.
 */
final class Attributes {
  private static final Set<String> CHANGING_LIST =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
  private static final Set<String> CHANGING_DICT =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private Attributes() {}

  static Object dot(Object target, String name, Env env) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    Optional<HasAttributes.Box> attribute = attribute(target, name, env);
    if (attribute.isPresent()) {
      return attribute.get().value();
    }
    Str key = Str.own(name);
    return target instanceof Map<?, ?> dict && dict.containsKey(key)
        ? dict.get(key)
        : Undefined.attribute(target, name);
  }

  static Object item(Object target, Object key, Env env) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    Optional<HasAttributes.Box> item = lookUp(target, key, env);
    if (item.isEmpty() && key instanceof Str name) {
      item = attribute(target, name.text(), env);
    }
    if (item.isPresent()) {
      return item.get().value();
    }
    return key instanceof Str name
        ? Undefined.attribute(target, name.text())
        : Undefined.element(target, PyText.repr(key, env.budget()).text());
  }

  /** {@code a.b.0}, as filters take attributes. */
  static Object path(Object target, Object path, Env env) {
    if (!(path instanceof Str text)) {
      return item(target, path, env);
    }
    Object value = target;
    for (String part : text.text().split("\\.", -1)) {
      boolean number =
          !part.isEmpty() && part.chars().allMatch(Character::isDigit) && part.length() < 10;
      value = item(value, number ? (Object) Long.valueOf(part) : Str.own(part), env);
    }
    return value;
  }

  private static Optional<HasAttributes.Box> lookUp(Object target, Object key, Env env) {
    return switch (target) {
      case Map<?, ?> dict when Keys.isHashable(key) && dict.containsKey(Keys.checked(key)) ->
          HasAttributes.Box.of(dict.get(Keys.checked(key)));
      case List<?> list -> at(list, key);
      case Tuple tuple -> at(tuple.items(), key);
      case Range range -> at(range.items(), key);
      case Str text when Numbers.isInteger(key) -> character(text, Numbers.toLong(key));
      case null, default -> Optional.empty();
    };
  }

  private static Optional<HasAttributes.Box> at(List<?> list, Object key) {
    if (!Numbers.isInteger(key)) {
      return Optional.empty();
    }
    long index = Numbers.toLong(key);
    long wanted = index < 0 ? index + list.size() : index;
    return wanted >= 0 && wanted < list.size()
        ? HasAttributes.Box.of(list.get((int) wanted))
        : Optional.empty();
  }

  private static Optional<HasAttributes.Box> character(Str text, long index) {
    long length = text.length();
    long wanted = index < 0 ? index + length : index;
    if (wanted < 0 || wanted >= length) {
      return Optional.empty();
    }
    int at = text.charIndex((int) wanted);
    return HasAttributes.Box.of(text.slice(at, text.text().offsetByCodePoints(at, 1)));
  }

  private static Optional<HasAttributes.Box> attribute(Object target, String name, Env env) {
    if (target instanceof HasAttributes object) {
      return object.attribute(name);
    }
    if (name.startsWith("__")) {
      boolean exists =
          Set.of("__class__", "__init__", "__doc__", "__dict__", "__len__", "__str__")
              .contains(name);
      return exists ? HasAttributes.Box.of(Undefined.unsafe(target, name)) : Optional.empty();
    }
    return switch (target) {
      case Str text -> StrMethods.find(text, name, env).flatMap(HasAttributes.Box::of);
      case Map<?, ?> dict when CHANGING_DICT.contains(name) ->
          HasAttributes.Box.of(Undefined.unsafe(dict, name));
      case Map<?, ?> dict -> dictMethod(dict, name).flatMap(HasAttributes.Box::of);
      case List<?> list when CHANGING_LIST.contains(name) ->
          HasAttributes.Box.of(Undefined.unsafe(list, name));
      case List<?> list -> listMethod(list, name, env).flatMap(HasAttributes.Box::of);
      case Tuple tuple when !name.equals("copy") ->
          listMethod(tuple.items(), name, env).flatMap(HasAttributes.Box::of);
      case null, default -> Optional.empty();
    };
  }

  @SuppressWarnings("unchecked") // every Map of the engine holds template values
  private static Optional<Callable> dictMethod(Map<?, ?> raw, String name) {
    Map<Object, Object> dict = (Map<Object, Object>) raw;
    return Optional.ofNullable(
        switch (name) {
          case "get" ->
              arguments -> {
                Object key = Keys.checked(arguments.atMost(2).need(0, "key"));
                return dict.containsKey(key) ? dict.get(key) : arguments.get(1, "default", null);
              };
          case "items" -> arguments -> new DictView("dict_items", dict);
          case "keys" -> arguments -> new DictView("dict_keys", dict);
          case "values" -> arguments -> new DictView("dict_values", dict);
          case "copy" -> arguments -> dict; // nothing can change either of them
          default -> null;
        });
  }

  private static Optional<Callable> listMethod(List<?> list, String name, Env env) {
    return Optional.ofNullable(
        switch (name) {
          case "count" ->
              arguments -> {
                Object wanted = arguments.need(0, "value");
                return list.stream()
                    .filter(item -> Compare.equal(item, wanted, env.budget()))
                    .count();
              };
          case "index" ->
              arguments -> {
                Object wanted = arguments.need(0, "value");
                for (int i = 0; i < list.size(); i++) {
                  if (Compare.equal(list.get(i), wanted, env.budget())) {
                    return (long) i;
                  }
                }
                throw JinjaException.value(PyText.repr(wanted, env.budget()) + " is not in list");
              };
          case "copy" -> arguments -> list;
          default -> null;
        });
  }
}
