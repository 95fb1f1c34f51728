package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.List;

/** The operators of arithmetic, on numbers, strings and lists. */
final class Arithmetic {
  private Arithmetic() {}

  static Object compute(BinaryOperator operator, Object a, Object b, Budget budget) {
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return Numbers.compute(operator, a, b);
    }
    if (operator == BinaryOperator.MODULO && a instanceof Str format) {
      return PercentFormat.format(format, b, budget);
    }
    for (Object operand : new Object[] {a, b}) {
      if (operand instanceof Undefined undefined) {
        throw undefined.error();
      }
    }
    if (operator == BinaryOperator.ADD) {
      return add(a, b, budget);
    }
    if (operator == BinaryOperator.MULTIPLY && Numbers.isInteger(b)) {
      return repeat(a, Numbers.toLong(b), budget);
    }
    if (operator == BinaryOperator.MULTIPLY && Numbers.isInteger(a)) {
      return repeat(b, Numbers.toLong(a), budget);
    }
    throw unsupported(operator, a, b);
  }

  private static JinjaException unsupported(BinaryOperator operator, Object a, Object b) {
    return JinjaException.type(
        "unsupported operand type(s) for "
            + operator.symbol()
            + ": '"
            + Types.name(a)
            + "' and '"
            + Types.name(b)
            + "'");
  }

  private static Object add(Object a, Object b, Budget budget) {
    if (a instanceof Str left && b instanceof Str right) {
      return concat(left, right, budget);
    }
    if (a instanceof List<?> left && b instanceof List<?> right) {
      return concat(left, right, budget);
    }
    if (a instanceof Tuple left && b instanceof Tuple right) {
      return new Tuple(concat(left.items(), right.items(), budget));
    }
    if (a instanceof Str || a instanceof List<?> || a instanceof Tuple) {
      String type = Types.name(a);
      throw JinjaException.type(
          "can only concatenate " + type + " (not \"" + Types.name(b) + "\") to " + type);
    }
    throw unsupported(BinaryOperator.ADD, a, b);
  }

  /** Text that is marked safe makes the other side safe too, by escaping it. */
  private static Str concat(Str a, Str b, Budget budget) {
    boolean markup = a.isMarkup() || b.isMarkup();
    Str left = markup && !a.isMarkup() ? TextFilters.escape(a, budget) : a;
    Str right = markup && !b.isMarkup() ? TextFilters.escape(b, budget) : b;
    Str sum = new StrBuilder(budget).append(left).append(right).toStr();
    return markup ? sum.asMarkup() : sum;
  }

  private static List<Object> concat(List<?> a, List<?> b, Budget budget) {
    budget.elements((long) a.size() + b.size());
    List<Object> sum = new ArrayList<>(a);
    sum.addAll(b);
    return sum;
  }

  private static Object repeat(Object value, long count, Budget budget) {
    long times = Math.max(0, count);
    switch (value) {
      case Str text -> {
        budget.characters(
            Math.multiplyHigh(times, text.text().length()) == 0
                ? times * text.text().length()
                : Long.MAX_VALUE);
        StrBuilder out = new StrBuilder(budget);
        for (long i = 0; i < times && !text.isEmpty(); i++) {
          out.append(text);
        }
        return out.toStr();
      }
      case List<?> list -> {
        return repeat(list, times, budget);
      }
      case Tuple tuple -> {
        return new Tuple(repeat(tuple.items(), times, budget));
      }
      case null, default ->
          throw JinjaException.type(
              "can't multiply sequence by non-int of type '" + Types.name(value) + "'");
    }
  }

  private static List<Object> repeat(List<?> list, long times, Budget budget) {
    List<Object> out = new ArrayList<>();
    for (long i = 0; i < times && !list.isEmpty(); i++) {
      budget.elements(list.size());
      out.addAll(list);
    }
    return out;
  }
}
