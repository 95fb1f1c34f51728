package dev.javelin.engine.prompt.jinja;

import dev.javelin.engine.prompt.jinja.Library.FilterFunction;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;

/** Filters for values of any kind and for numbers. */
final class ValueFilters {
  private ValueFilters() {}

  static Map<String, FilterFunction> all() {
    Map<String, FilterFunction> filters = new HashMap<>();
    filters.put("default", ValueFilters::orDefault);
    filters.put("d", ValueFilters::orDefault);
    filters.put(
        "tojson",
        (env, value, arguments) ->
            PyJson.of(
                    arguments.atMost(4, "ensure_ascii", "indent", "separators", "sort_keys"),
                    env.budget())
                .write(value, env.budget()));
    filters.put("string", (env, value, arguments) -> PyText.str(value, env.budget()));
    filters.put("pprint", (env, value, arguments) -> PyText.repr(value, env.budget()));
    filters.put("abs", (env, value, arguments) -> abs(value));
    filters.put("int", ValueFilters::toInt);
    filters.put("float", ValueFilters::toFloat);
    filters.put("round", ValueFilters::round);
    filters.put(
        "attr", (env, value, arguments) -> attribute(env, value, arguments.need(0, "name")));
    return filters;
  }

  private static Object orDefault(Env env, Object value, Arguments arguments) {
    boolean missing =
        value instanceof Undefined || arguments.flag(1, "boolean", false) && !Truth.of(value);
    return missing ? arguments.get(0, "default_value", Str.EMPTY) : value;
  }

  private static Object attribute(Env env, Object value, Object name) {
    Str text = PyText.str(name, env.budget());
    return value instanceof Map<?, ?>
        ? Undefined.attribute(value, text.text())
        : Attributes.dot(value, text.text(), env);
  }

  private static Object abs(Object value) {
    if (value instanceof Double d) {
      return Math.abs(d);
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    return Math.absExact(Numbers.toLong(value));
  }

  private static Object toInt(Env env, Object value, Arguments arguments) {
    Object fallback = arguments.get(0, "default", 0L);
    int base = (int) arguments.number(1, "base", 10);
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (Numbers.isInteger(value)) {
      return Numbers.toLong(value);
    }
    if (value instanceof Double d) {
      return Double.isNaN(d) || Double.isInfinite(d) ? fallback : (Object) d.longValue();
    }
    if (value instanceof Str text) {
      String digits = StrMethods.strip(text, null, "strip").text().replace("_", "");
      try {
        return Long.parseLong(
            base == 16 && digits.startsWith("0x") ? digits.substring(2) : digits, base);
      } catch (NumberFormatException e) {
        Object number = toFloat(env, value, Arguments.of((Object) null));
        return number instanceof Double d && !Double.isNaN(d) && !Double.isInfinite(d)
            ? (Object) d.longValue()
            : fallback;
      }
    }
    return fallback;
  }

  private static Object toFloat(Env env, Object value, Arguments arguments) {
    Object fallback = arguments.get(0, "default", 0.0);
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (Numbers.isNumber(value)) {
      return Numbers.toDouble(value);
    }
    if (value instanceof Str text) {
      String digits = StrMethods.strip(text, null, "strip").text();
      boolean decimal = digits.matches("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");
      return decimal ? (Object) Double.valueOf(digits) : fallback;
    }
    return fallback;
  }

  private static Object round(Env env, Object value, Arguments arguments) {
    int precision = Math.clamp(arguments.number(0, "precision", 0), -300, 300);
    String method = PyText.str(arguments.get(1, "method", Str.own("common")), env.budget()).text();
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    RoundingMode mode =
        switch (method) {
          case "common" -> RoundingMode.HALF_EVEN;
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default ->
              throw new JinjaException(
                  "FilterArgumentError", "method must be common, ceil or floor");
        };
    if (Numbers.isInteger(value) && method.equals("common")) {
      return value;
    }
    double number = Numbers.toDouble(value);
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return number;
    }
    return new BigDecimal(number).setScale(precision, mode).doubleValue();
  }
}
