package dev.javelin.engine.prompt.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code "%s of %d" % (a, b)}. */
final class PercentFormat {
  private static final Pattern FIELD =
      Pattern.compile(
          "%(?:\\((?<key>[^)]*)\\))?(?<flags>[-+ 0#]*)(?<width>\\d{0,5})(?:\\.(?<precision>\\d{0,3}))?(?<type>.)?");

  private final Budget budget;
  private final Object values;
  private int used;

  private PercentFormat(Object values, Budget budget) {
    this.values = values;
    this.budget = budget;
  }

  static Str format(Str format, Object values, Budget budget) {
    PercentFormat formatter = new PercentFormat(values, budget);
    StrBuilder out = new StrBuilder(budget);
    Matcher field = FIELD.matcher(format.text());
    int at = 0;
    while (field.find()) {
      out.append(format.slice(at, field.start()));
      at = field.end();
      formatter.field(field, out);
    }
    out.append(format.slice(at));
    if (!(values instanceof Map<?, ?>) && formatter.used < formatter.positional().size()) {
      throw JinjaException.type("not all arguments converted during string formatting");
    }
    return out.toStr();
  }

  private List<?> positional() {
    return values instanceof Tuple tuple
        ? tuple.items()
        : java.util.Collections.singletonList(values);
  }

  private Object next(String key) {
    if (key != null) {
      if (!(values instanceof Map<?, ?> dict)) {
        throw JinjaException.type("format requires a mapping");
      }
      return dict.get(Str.own(key));
    }
    if (used >= positional().size()) {
      throw JinjaException.type("not enough arguments for format string");
    }
    return positional().get(used++);
  }

  private void field(Matcher field, StrBuilder out) {
    String type = field.group("type");
    if ("%".equals(type)) {
      out.append("%");
      return;
    }
    String given = field.group("precision");
    int precision = given == null ? -1 : given.isEmpty() ? 0 : Integer.parseInt(given);
    Object value = next(field.group("key"));
    Str text =
        switch (type == null ? "" : type) {
          case "s" -> cut(PyText.str(value, budget), precision);
          case "r", "a" -> cut(PyText.repr(value, budget), precision);
          case "d", "i", "u" -> Str.own(sign(field, Long.toString(whole(value))));
          case "x" -> Str.own(Long.toHexString(whole(value)));
          case "X" -> Str.own(Long.toHexString(whole(value)).toUpperCase(java.util.Locale.ROOT));
          case "o" -> Str.own(Long.toOctalString(whole(value)));
          case "c" -> value instanceof Str s ? s : Str.own(Character.toString((int) whole(value)));
          case "f", "F" ->
              Str.own(sign(field, fixed(number(value), precision < 0 ? 6 : precision)));
          default -> throw JinjaException.value("unsupported format character '" + type + "'");
        };
    pad(text, field, out);
  }

  private static Str cut(Str text, int precision) {
    return precision >= 0 && precision < text.length()
        ? text.slice(0, text.charIndex(precision))
        : text;
  }

  private static long whole(Object value) {
    return value instanceof Double d ? d.longValue() : Numbers.toLong(value);
  }

  private static double number(Object value) {
    return Numbers.toDouble(value);
  }

  static String fixed(double value, int precision) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Numbers.text(value);
    }
    return new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String sign(Matcher field, String number) {
    String flags = field.group("flags");
    boolean bare = !number.startsWith("-");
    return bare && flags.contains("+")
        ? "+" + number
        : bare && flags.contains(" ") ? " " + number : number;
  }

  private static void pad(Str text, Matcher field, StrBuilder out) {
    int width = field.group("width").isEmpty() ? 0 : Integer.parseInt(field.group("width"));
    int missing = Math.max(0, width - text.length());
    String flags = field.group("flags");
    if (flags.contains("-")) {
      out.append(text).append(" ".repeat(missing));
    } else if (flags.contains("0") && !"sra".contains(field.group("type"))) {
      int signLength = text.text().startsWith("-") || text.text().startsWith("+") ? 1 : 0;
      out.append(text.slice(0, signLength))
          .append("0".repeat(missing))
          .append(text.slice(signLength));
    } else {
      out.append(" ".repeat(missing)).append(text);
    }
  }
}
