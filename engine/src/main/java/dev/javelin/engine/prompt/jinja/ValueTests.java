package dev.javelin.engine.prompt.jinja;

import dev.javelin.engine.prompt.jinja.Library.TestFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Tests: {@code value is defined} and the like. */
final class ValueTests {
  private ValueTests() {}

  static Map<String, TestFunction> all() {
    Map<String, TestFunction> tests = new HashMap<>();
    put(tests, "defined", value -> !(value instanceof Undefined));
    put(tests, "undefined", value -> value instanceof Undefined);
    put(tests, "none", value -> value == null);
    put(tests, "boolean", value -> value instanceof Boolean);
    put(tests, "true", value -> Boolean.TRUE.equals(value));
    put(tests, "false", value -> Boolean.FALSE.equals(value));
    put(tests, "integer", value -> Numbers.isInteger(value) && !(value instanceof Boolean));
    put(tests, "float", value -> value instanceof Double);
    put(tests, "number", Numbers::isNumber);
    put(tests, "string", value -> value instanceof Str);
    put(tests, "mapping", value -> value instanceof Map<?, ?>);
    put(tests, "sequence", ValueTests::isSequence);
    put(tests, "iterable", Items::areIn);
    put(tests, "callable", value -> value instanceof Callable);
    put(tests, "escaped", value -> value instanceof Str text && text.isMarkup());
    put(tests, "odd", value -> Math.floorMod(Numbers.toLong(value), 2L) == 1);
    put(tests, "even", value -> Math.floorMod(Numbers.toLong(value), 2L) == 0);
    tests.put("lower", (env, value, a) -> isCased(env, value, true));
    tests.put("upper", (env, value, a) -> isCased(env, value, false));
    tests.put("divisibleby", (env, value, a) -> divides(a.need(0, "num"), value));
    tests.put("sameas", (env, value, a) -> same(value, a.need(0, "other")));
    tests.put("in", (env, value, a) -> Compare.contains(a.need(0, "seq"), value, env.budget()));
    tests.put(
        "filter",
        (env, value, a) -> env.library().hasFilter(PyText.str(value, env.budget()).text()));
    tests.put(
        "test", (env, value, a) -> env.library().hasTest(PyText.str(value, env.budget()).text()));
    comparison(tests, CompareOperator.EQUAL, "==", "eq", "equalto");
    comparison(tests, CompareOperator.NOT_EQUAL, "!=", "ne");
    comparison(tests, CompareOperator.LESS, "<", "lt", "lessthan");
    comparison(tests, CompareOperator.LESS_OR_EQUAL, "<=", "le");
    comparison(tests, CompareOperator.GREATER, ">", "gt", "greaterthan");
    comparison(tests, CompareOperator.GREATER_OR_EQUAL, ">=", "ge");
    return tests;
  }

  private static void put(Map<String, TestFunction> tests, String name, Predicate<Object> test) {
    tests.put(name, (env, value, arguments) -> test.test(value));
  }

  private static void comparison(
      Map<String, TestFunction> tests, CompareOperator operator, String... names) {
    for (String name : names) {
      tests.put(
          name, (env, value, a) -> Compare.test(operator, value, a.need(0, "other"), env.budget()));
    }
  }

  private static boolean isSequence(Object value) {
    return value instanceof Str
        || value instanceof List<?>
        || value instanceof Tuple
        || value instanceof Map<?, ?>
        || value instanceof Range
        || value instanceof Undefined;
  }

  private static boolean isCased(Env env, Object value, boolean lower) {
    Str text = PyText.str(value, env.budget());
    return lower
        ? StrTests.isCased(text, Character::isLowerCase, Character::isUpperCase)
        : StrTests.isCased(text, Character::isUpperCase, Character::isLowerCase);
  }

  private static boolean divides(Object divisor, Object value) {
    return Numbers.compare(
            Arithmetic.compute(BinaryOperator.MODULO, value, divisor, new Budget(Limits.DEFAULT)),
            0L)
        == 0;
  }

  private static boolean same(Object a, Object b) {
    return a == b
        || a instanceof Boolean && a.equals(b)
        || a instanceof Long && a.equals(b)
        || a instanceof Str && a.equals(b);
  }
}
