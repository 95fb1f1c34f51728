package dev.javelin.engine.prompt.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Equality, order and membership as Python has them. */
final class Compare {
  private Compare() {}

  static boolean equal(Object a, Object b, Budget budget) {
    budget.step();
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return !isNan(a) && !isNan(b) && Numbers.compare(a, b) == 0;
    }
    return switch (a) {
      case null -> b == null;
      case Str s -> s.equals(b);
      case List<?> l -> b instanceof List<?> other && sameItems(l, other, budget);
      case Tuple t -> b instanceof Tuple other && sameItems(t.items(), other.items(), budget);
      case Map<?, ?> m -> b instanceof Map<?, ?> other && sameEntries(m, other, budget);
      case Range r -> b instanceof Range other && r.items().equals(other.items());
      case Undefined u -> b instanceof Undefined;
      default -> a == b;
    };
  }

  private static boolean isNan(Object value) {
    return value instanceof Double d && d.isNaN();
  }

  private static boolean sameItems(List<?> a, List<?> b, Budget budget) {
    if (a.size() != b.size()) {
      return false;
    }
    budget.enter();
    Iterator<?> other = b.iterator();
    boolean same = true;
    for (Object item : a) {
      same = same && equal(item, other.next(), budget);
    }
    budget.leave();
    return same;
  }

  private static boolean sameEntries(Map<?, ?> a, Map<?, ?> b, Budget budget) {
    if (a.size() != b.size()) {
      return false;
    }
    budget.enter();
    boolean same = true;
    for (Map.Entry<?, ?> entry : a.entrySet()) {
      same =
          same
              && b.containsKey(entry.getKey())
              && equal(entry.getValue(), b.get(entry.getKey()), budget);
    }
    budget.leave();
    return same;
  }

  /** Less than 0, 0 or more; throws for what has no order. */
  static int order(Object a, Object b, String symbol, Budget budget) {
    budget.step();
    if (a instanceof Undefined u) {
      throw u.error();
    }
    if (b instanceof Undefined u) {
      throw u.error();
    }
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return Numbers.compare(a, b);
    }
    if (a instanceof Str left && b instanceof Str right) {
      return left.compareTo(right);
    }
    if (a instanceof List<?> left && b instanceof List<?> right) {
      return orderItems(left, right, symbol, budget);
    }
    if (a instanceof Tuple left && b instanceof Tuple right) {
      return orderItems(left.items(), right.items(), symbol, budget);
    }
    throw JinjaException.type(
        "'"
            + symbol
            + "' not supported between instances of '"
            + Types.name(a)
            + "' and '"
            + Types.name(b)
            + "'");
  }

  private static int orderItems(List<?> a, List<?> b, String symbol, Budget budget) {
    budget.enter();
    int result = Integer.compare(a.size(), b.size());
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      if (!equal(a.get(i), b.get(i), budget)) {
        result = order(a.get(i), b.get(i), symbol, budget);
        break;
      }
    }
    budget.leave();
    return result;
  }

  static boolean test(CompareOperator operator, Object a, Object b, Budget budget) {
    return switch (operator) {
      case EQUAL -> equal(a, b, budget);
      case NOT_EQUAL -> !equal(a, b, budget);
      case LESS -> !anyNan(a, b) && order(a, b, "<", budget) < 0;
      case LESS_OR_EQUAL -> !anyNan(a, b) && order(a, b, "<=", budget) <= 0;
      case GREATER -> !anyNan(a, b) && order(a, b, ">", budget) > 0;
      case GREATER_OR_EQUAL -> !anyNan(a, b) && order(a, b, ">=", budget) >= 0;
      case IN -> contains(b, a, budget);
      case NOT_IN -> !contains(b, a, budget);
    };
  }

  private static boolean anyNan(Object a, Object b) {
    return isNan(a) && Numbers.isNumber(b) || isNan(b) && Numbers.isNumber(a);
  }

  static boolean contains(Object container, Object item, Budget budget) {
    if (container instanceof Str text) {
      if (item instanceof Str part) {
        budget.characters(0);
        return text.text().contains(part.text());
      }
      throw JinjaException.type(
          "'in <string>' requires string as left operand, not " + Types.name(item));
    }
    if (container instanceof Map<?, ?> dict) {
      return dict.containsKey(Keys.checked(item));
    }
    if (!Items.areIn(container)) {
      throw JinjaException.type("argument of type '" + Types.name(container) + "' is not iterable");
    }
    Iterator<Object> values = Items.walk(container, budget);
    while (values.hasNext()) {
      if (equal(item, values.next(), budget)) {
        return true;
      }
    }
    return false;
  }
}
