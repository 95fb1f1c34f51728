package dev.javelin.engine.prompt.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code "{} of {name:>8}".format(...)}, with the usual format specifications. */
final class BraceFormat {
  private static final Pattern SPECIFICATION =
      Pattern.compile(
          "(?:(?<fill>.)?(?<align>[<>^=]))?(?<sign>[-+ ])?(?<zero>0)?(?<width>\\d{0,5})(?<comma>,)?(?:\\.(?<precision>\\d{1,3}))?(?<type>[a-zA-Z%])?");

  private final Str format;
  private final Arguments arguments;
  private final Env env;
  private int automatic; // number of the next {}

  private BraceFormat(Str format, Arguments arguments, Env env) {
    this.format = format;
    this.arguments = arguments;
    this.env = env;
  }

  static Str format(Str format, Arguments arguments, Env env) {
    return new BraceFormat(format, arguments, env).run();
  }

  private Str run() {
    StrBuilder out = new StrBuilder(env.budget());
    String text = format.text();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == c;
      if ((c == '{' || c == '}') && doubled) {
        out.append(format.slice(at, at + 1));
        at += 2;
      } else if (c == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw JinjaException.value("expected '}' before end of string");
        }
        out.append(field(text.substring(at + 1, end)));
        at = end + 1;
      } else if (c == '}') {
        throw JinjaException.value("Single '}' encountered in format string");
      } else {
        int next = at + 1;
        while (next < text.length() && text.charAt(next) != '{' && text.charAt(next) != '}') {
          next++;
        }
        out.append(format.slice(at, next));
        at = next;
      }
    }
    return out.toStr();
  }

  private Str field(String field) {
    int colon = field.indexOf(':');
    String name = colon < 0 ? field : field.substring(0, colon);
    String specification = colon < 0 ? "" : field.substring(colon + 1);
    boolean quoted = name.endsWith("!r");
    name = name.replaceFirst("![rs]$", "");
    Object value = value(name);
    if (value instanceof Undefined undefined && !specification.isEmpty()) {
      throw undefined.error();
    }
    if (specification.isEmpty()) {
      return quoted ? PyText.repr(value, env.budget()) : PyText.str(value, env.budget());
    }
    return specified(value, specification);
  }

  /** {@code 0.name[key]}: an argument, then attributes and items of it. */
  private Object value(String path) {
    String[] parts = path.split("[.\\[]", -1);
    String first = parts[0];
    Object value;
    if (first.length() < 10 && first.chars().allMatch(Character::isDigit)) { // empty: the next one
      long index = first.isEmpty() ? automatic++ : Long.parseLong(first);
      if (index >= arguments.positional().size()) {
        throw new JinjaException(
            "IndexError", "Replacement index " + index + " out of range for positional args tuple");
      }
      value = arguments.positional().get((int) index);
    } else if (arguments.named().containsKey(first)) {
      value = arguments.named().get(first);
    } else {
      throw new JinjaException("KeyError", "'" + first + "'");
    }
    for (int i = 1; i < parts.length; i++) {
      String part =
          parts[i].endsWith("]") ? parts[i].substring(0, parts[i].length() - 1) : parts[i];
      value = Attributes.path(value, Str.own(part), env);
    }
    return value;
  }

  private Str specified(Object value, String specification) {
    Matcher m = SPECIFICATION.matcher(specification);
    if (!m.matches()) {
      throw JinjaException.value("Invalid format specifier '" + specification + "'");
    }
    boolean number =
        Numbers.isNumber(value) && !(value instanceof Boolean && m.group("type") == null);
    Str text =
        number
            ? Str.own(number(value, m))
            : cut(PyText.str(value, env.budget()), m.group("precision"));
    int width = m.group("width").isEmpty() ? 0 : Integer.parseInt(m.group("width"));
    int missing = Math.max(0, width - text.length());
    boolean zero = m.group("zero") != null && m.group("align") == null;
    String fill = m.group("fill") != null ? m.group("fill") : zero ? "0" : " ";
    String align =
        m.group("align") != null ? m.group("align") : zero && number ? "=" : number ? ">" : "<";
    int signLength =
        align.equals("=") && !text.isEmpty() && "+-".indexOf(text.text().charAt(0)) >= 0 ? 1 : 0;
    int before = align.equals("<") ? 0 : align.equals("^") ? missing / 2 : missing;
    return new StrBuilder(env.budget())
        .append(text.slice(0, signLength))
        .append(fill.repeat(before))
        .append(text.slice(signLength))
        .append(fill.repeat(missing - before))
        .toStr();
  }

  private static Str cut(Str text, String precision) {
    return precision != null && Integer.parseInt(precision) < text.length()
        ? text.slice(0, text.charIndex(Integer.parseInt(precision)))
        : text;
  }

  private static String number(Object value, Matcher m) {
    String type = m.group("type") == null ? "" : m.group("type");
    int precision = m.group("precision") == null ? 6 : Integer.parseInt(m.group("precision"));
    String digits =
        switch (type) {
          case "f", "F" -> PercentFormat.fixed(Numbers.toDouble(value), precision);
          case "%" -> PercentFormat.fixed(Numbers.toDouble(value) * 100, precision) + "%";
          case "x" -> Long.toHexString(Numbers.toLong(value));
          case "X" -> Long.toHexString(Numbers.toLong(value)).toUpperCase(java.util.Locale.ROOT);
          case "b" -> Long.toBinaryString(Numbers.toLong(value));
          case "o" -> Long.toOctalString(Numbers.toLong(value));
          case "d" -> Long.toString(Numbers.toLong(value));
          case "" ->
              value instanceof Double d ? Numbers.text(d) : Long.toString(Numbers.toLong(value));
          default -> throw JinjaException.value("Unknown format code '" + type + "'");
        };
    if (m.group("comma") != null) {
      digits = grouped(digits);
    }
    boolean bare = !digits.startsWith("-");
    String sign =
        m.group("sign") == null || m.group("sign").equals("-") || !bare ? "" : m.group("sign");
    return sign + digits;
  }

  private static String grouped(String digits) {
    int point = digits.indexOf('.');
    String whole = point < 0 ? digits : digits.substring(0, point);
    return whole.replaceAll("(?<=\\d)(?=(\\d{3})+$)", ",")
        + (point < 0 ? "" : digits.substring(point));
  }
}
