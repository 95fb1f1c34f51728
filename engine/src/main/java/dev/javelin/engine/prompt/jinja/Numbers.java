package dev.javelin.engine.prompt.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Arithmetic as Python does it. Whole numbers beyond 64 bits can be read, compared and printed, not
 * computed with.
 */
final class Numbers {
  private Numbers() {}

  static boolean isNumber(Object value) {
    return value instanceof Long
        || value instanceof Double
        || value instanceof Boolean
        || value instanceof BigInteger;
  }

  static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof Boolean || value instanceof BigInteger;
  }

  static long toLong(Object value) {
    return switch (value) {
      case Long n -> n;
      case Boolean b -> b ? 1 : 0;
      case BigInteger n -> throw new JinjaException("OverflowError", "int too large: " + n);
      case Undefined u -> throw u.error();
      case null, default ->
          throw JinjaException.type(
              "'" + Types.name(value) + "' object cannot be interpreted as an integer");
    };
  }

  static double toDouble(Object value) {
    return switch (value) {
      case Double d -> d;
      case BigInteger n -> n.doubleValue();
      case null, default -> toLong(value);
    };
  }

  static int compare(Object a, Object b) {
    if (isInteger(a) && isInteger(b)) {
      return big(a).compareTo(big(b));
    }
    return Double.compare(toDouble(a) + 0.0, toDouble(b) + 0.0); // -0.0 + 0.0 is 0.0
  }

  private static BigInteger big(Object value) {
    return value instanceof BigInteger n ? n : BigInteger.valueOf(toLong(value));
  }

  static Object negate(Object a) {
    return a instanceof Double d ? (Object) (-d) : exact(() -> Math.negateExact(toLong(a)));
  }

  static Object compute(BinaryOperator operator, Object a, Object b) {
    boolean whole = isInteger(a) && isInteger(b);
    return switch (operator) {
      case ADD ->
          whole
              ? exact(() -> Math.addExact(toLong(a), toLong(b)))
              : (Object) (toDouble(a) + toDouble(b));
      case SUBTRACT ->
          whole
              ? exact(() -> Math.subtractExact(toLong(a), toLong(b)))
              : (Object) (toDouble(a) - toDouble(b));
      case MULTIPLY ->
          whole
              ? exact(() -> Math.multiplyExact(toLong(a), toLong(b)))
              : (Object) (toDouble(a) * toDouble(b));
      case DIVIDE -> toDouble(a) / divisor(b);
      case FLOOR_DIVIDE ->
          whole
              ? (Object) Math.floorDiv(toLong(a), toLong(checked(b)))
              : (Object) Math.floor(toDouble(a) / divisor(b));
      case MODULO ->
          whole
              ? (Object) Math.floorMod(toLong(a), toLong(checked(b)))
              : modulo(toDouble(a), divisor(b));
      case POWER -> power(a, b, whole);
    };
  }

  private static Object modulo(double a, double b) {
    double rest = a % b;
    return rest != 0 && rest < 0 != b < 0 ? rest + b : rest;
  }

  private static Object power(Object a, Object b, boolean whole) {
    if (!whole || toLong(b) < 0) {
      return Math.pow(toDouble(a), toDouble(b));
    }
    long exponent = toLong(b);
    long base = toLong(a);
    if (Math.abs(base) > 1 && exponent > 63) {
      throw new JinjaException("OverflowError", "int too large: " + base + " ** " + exponent);
    }
    int reduced =
        Math.abs(base) > 1 ? (int) exponent : exponent == 0 ? 0 : 2 - (int) (exponent & 1);
    return exact(() -> BigInteger.valueOf(base).pow(reduced).longValueExact());
  }

  private static Object checked(Object b) {
    divisor(b);
    return b;
  }

  private static double divisor(Object b) {
    double value = toDouble(b);
    if (value == 0) {
      throw new JinjaException("ZeroDivisionError", "division by zero");
    }
    return value;
  }

  private interface LongSource {
    long get();
  }

  private static Object exact(LongSource computation) {
    try {
      return computation.get();
    } catch (ArithmeticException e) {
      throw new JinjaException("OverflowError", "int too large: " + e.getMessage());
    }
  }

  /**
   * A float as Python prints it: the shortest digits that read back, with an exponent outside 1e-4
   * to 1e16.
   */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    BigDecimal single =
        shortest.round(new MathContext(1)); // Java writes two digits where one would do: 4.9e-324
    shortest = single.doubleValue() == value ? single : shortest;
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = shortest.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = shortest.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    String sign = value < 0 ? "-" : "";
    String power =
        (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    return sign + mantissa + "e" + power;
  }
}
