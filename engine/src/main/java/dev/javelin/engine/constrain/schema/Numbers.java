package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.automaton.Arithmetic;
import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import dev.javelin.engine.constrain.automaton.Pattern;
import dev.javelin.engine.constrain.automaton.Regex;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Sets of numbers as languages of their spellings. A set holds every plain spelling ({@code 5},
 * {@code 5.0}, never {@code 05}) of each of its values with up to 15 digits in front of the point;
 * others only where their value is plain to see. So those spellings form an exact algebra, and
 * longer numbers and exponents are at worst refused. (Beyond 15 digits validators disagree: some
 * calculate with doubles.)
 */
final class Numbers {
  private static final int MAX_DIGITS = 400; // the largest double has 309
  private static final int MAX_MODULUS = 4000;
  private static final int MAX_SINGLE_VALUES = 200;

  static final CharDfa ALL =
      Pattern.fullMatch("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[12]?[0-9]{1,2})?");
  private static final CharDfa PLAIN = Pattern.fullMatch("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");
  private static final CharDfa EXACT = Pattern.fullMatch("-?(0|[1-9][0-9]{0,14})(\\.[0-9]+)?");
  static final CharDfa INTEGERS = Pattern.fullMatch("-?(0|[1-9][0-9]*)(\\.0+)?");
  static final CharDfa STRICT_INTEGERS = Pattern.fullMatch("-?(0|[1-9][0-9]*)");
  private static final CharDfa NOT_NEGATIVE =
      Pattern.fullMatch(
          "(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[12]?[0-9]{1,2})?|-0(\\.0+)?([eE][+-]?[12]?[0-9]{1,2})?");
  private static final CharDfa POSITIVE =
      Pattern.fullMatch(
          "((0|[1-9][0-9]*)\\.[0-9]*[1-9][0-9]*|[1-9][0-9]*(\\.0+)?)([eE][+-]?[12]?[0-9]{1,2})?");

  /** One spelling for each value: what is written where only single values are allowed. */
  private static final CharDfa CANONICAL =
      Pattern.fullMatch("0|-?([1-9][0-9]*(\\.[0-9]*[1-9])?|0\\.[0-9]*[1-9])");

  private static final CharDfa UNSIGNED = Pattern.fullMatch("(0|[1-9][0-9]*)(\\.[0-9]+)?");

  private Numbers() {}

  /**
   * The language to write: of a few single values the canonical spellings only, since validators
   * compare texts.
   */
  static CharDfa written(CharDfa set) {
    if (set == ALL || set == INTEGERS || set.isEmpty()) {
      return set;
    }
    CharDfa canonical = DfaOps.intersect(set, CANONICAL);
    return !canonical.isEmpty() && Lengths.hasAtMost(canonical, MAX_SINGLE_VALUES)
        ? canonical
        : set;
  }

  static CharDfa complement(CharDfa set) {
    return set == ALL ? CharDfa.EMPTY : set.isEmpty() ? ALL : DfaOps.minus(EXACT, set);
  }

  static CharDfa atLeast(BigDecimal bound, boolean exclusive) {
    return switch (bound.signum()) {
      case 0 -> exclusive ? POSITIVE : NOT_NEGATIVE;
      case 1 -> unsignedAtLeast(bound, exclusive);
      default -> {
        CharDfa small = DfaOps.minus(UNSIGNED, unsignedAtLeast(bound.negate(), !exclusive));
        yield DfaOps.union(NOT_NEGATIVE, DfaOps.behind('-', small));
      }
    };
  }

  static CharDfa atMost(BigDecimal bound, boolean exclusive) {
    CharDfa above = atLeast(bound, !exclusive);
    return DfaOps.union(
        DfaOps.minus(PLAIN, above), bound.signum() == 0 && !exclusive ? zero() : CharDfa.EMPTY);
  }

  private static CharDfa zero() {
    return Pattern.fullMatch("-?0(\\.0+)?");
  }

  /** Spellings without sign of values >= bound > 0 (or > bound). */
  private static CharDfa unsignedAtLeast(BigDecimal bound, boolean exclusive) {
    BigDecimal b = bound.stripTrailingZeros();
    String digits = plainDigits(b);
    int dot = digits.indexOf('.');
    String whole = dot < 0 ? digits : digits.substring(0, dot);
    String fraction = dot < 0 ? "" : digits.substring(dot + 1);
    Regex digit = Regex.range('0', '9');
    Regex anyFraction =
        Regex.optional(Regex.sequence(Regex.chars("."), Regex.repeat(digit, 1, Regex.UNBOUNDED)));
    List<Regex> ways = new ArrayList<>();
    ways.add(
        Regex.sequence( // more digits in front of the point
            Regex.range('1', '9'),
            Regex.repeat(digit, whole.length(), Regex.UNBOUNDED),
            anyFraction));
    for (int i = 0; i < whole.length(); i++) { // as many digits, the first difference is upwards
      if (whole.charAt(i) < '9') {
        ways.add(
            Regex.sequence(
                Regex.literal(whole.substring(0, i)),
                Regex.range(whole.charAt(i) + 1, '9'),
                Regex.repeat(digit, whole.length() - i - 1, whole.length() - i - 1),
                anyFraction));
      }
    }
    List<Regex> tails = new ArrayList<>();
    for (int i = 0; i < fraction.length(); i++) {
      if (fraction.charAt(i) < '9') {
        tails.add(
            Regex.sequence(
                Regex.literal("." + fraction.substring(0, i)),
                Regex.range(fraction.charAt(i) + 1, '9'),
                Regex.repeat(digit, 0, Regex.UNBOUNDED)));
      }
    }
    Regex more = Regex.repeat(digit, 0, Regex.UNBOUNDED);
    Regex nonZero = Regex.sequence(more, Regex.range('1', '9'), more);
    if (fraction.isEmpty()) {
      tails.add(exclusive ? Regex.sequence(Regex.chars("."), nonZero) : anyFraction);
    } else {
      tails.add(Regex.sequence(Regex.literal("." + fraction), exclusive ? nonZero : more));
    }
    ways.add(Regex.sequence(Regex.literal(whole), new Regex.Choice(tails)));
    return CharDfa.of(new Regex.Choice(ways));
  }

  private static String plainDigits(BigDecimal value) {
    if (value.precision() + Math.abs((long) value.scale()) > MAX_DIGITS) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          "",
          "a number bound may have " + MAX_DIGITS + " digits");
    }
    return value.toPlainString();
  }

  /** All plain spellings of one value. */
  static CharDfa exactly(BigDecimal value) {
    if (value.signum() == 0) {
      return zero();
    }
    String digits = plainDigits(value.stripTrailingZeros().abs());
    Regex zeros = Regex.repeat(Regex.chars("0"), 0, Regex.UNBOUNDED);
    Regex tail =
        digits.contains(".") ? zeros : Regex.optional(Regex.sequence(Regex.literal(".0"), zeros));
    return CharDfa.of(
        Regex.sequence(Regex.literal((value.signum() < 0 ? "-" : "") + digits), tail));
  }

  /**
   * Spellings of the multiples of {@code step = modulus / 10^places}: digits are read modulo the
   * modulus.
   */
  static CharDfa multiplesOf(BigDecimal step) {
    BigDecimal s = step.stripTrailingZeros();
    int places = Math.max(0, s.scale());
    BigInteger modulus = s.movePointRight(places).toBigIntegerExact();
    if (modulus.bitLength() > 31 || modulus.intValueExact() > MAX_MODULUS || places > 60) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          "",
          "multipleOf " + step + " needs more than " + MAX_MODULUS + " states");
    }
    return DfaOps.intersect(EXACT, Arithmetic.multiples(modulus.intValueExact(), places));
  }
}
