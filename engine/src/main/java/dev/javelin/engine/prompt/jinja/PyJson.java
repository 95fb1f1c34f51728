package dev.javelin.engine.prompt.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * JSON as Python's {@code json.dumps} writes it: {@code ", "} and {@code ": "} unless told
 * otherwise.
 *
 * @param indent one level of indentation, or null: all on one line
 */
record PyJson(
    String indent, String itemSeparator, String keySeparator, boolean sortKeys, boolean ascii) {

  Str write(Object value, Budget budget) {
    StrBuilder out = new StrBuilder(budget);
    write(value, out, "\n", budget);
    return out.toStr();
  }

  private void write(Object value, StrBuilder out, String newline, Budget budget) {
    budget.enter();
    switch (value) {
      case null -> out.append("null");
      case Boolean b -> out.append(b ? "true" : "false");
      case Long n -> out.append(n.toString());
      case BigInteger n -> out.append(n.toString());
      case Double d -> out.append(number(d));
      case Str s -> string(s, out);
      case List<?> l -> array(l, out, newline, budget);
      case Tuple t -> array(t.items(), out, newline, budget);
      case Map<?, ?> m -> object(m, out, newline, budget);
      default ->
          throw JinjaException.type(
              "Object of type " + Types.name(value) + " is not JSON serializable");
    }
    budget.leave();
  }

  private static String number(double value) {
    return Double.isNaN(value)
        ? "NaN"
        : Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : Numbers.text(value);
  }

  private void array(List<?> items, StrBuilder out, String newline, Budget budget) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    String inner = indent == null ? "" : newline + indent;
    out.append("[");
    String before = inner;
    for (Object item : items) {
      out.append(before);
      write(item, out, inner, budget);
      before = itemSeparator + inner;
    }
    out.append(indent == null ? "" : newline).append("]");
  }

  private void object(Map<?, ?> dict, StrBuilder out, String newline, Budget budget) {
    if (dict.isEmpty()) {
      out.append("{}");
      return;
    }
    String inner = indent == null ? "" : newline + indent;
    out.append("{");
    String before = inner;
    for (Map.Entry<?, ?> entry : entries(dict, budget)) {
      out.append(before);
      string(key(entry.getKey()), out);
      out.append(keySeparator);
      write(entry.getValue(), out, inner, budget);
      before = itemSeparator + inner;
    }
    out.append(indent == null ? "" : newline).append("}");
  }

  private Iterable<Map.Entry<?, ?>> entries(Map<?, ?> dict, Budget budget) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(dict.entrySet());
    if (sortKeys) {
      entries.sort((a, b) -> Compare.order(a.getKey(), b.getKey(), "<", budget));
    }
    return entries;
  }

  private static Str key(Object key) {
    return switch (key) {
      case Str s -> s;
      case null -> Str.own("null");
      case Boolean b -> Str.own(b ? "true" : "false");
      case Long n -> Str.own(n.toString());
      case BigInteger n -> Str.own(n.toString());
      case Double d -> Str.own(number(d));
      default ->
          throw JinjaException.type(
              "keys must be str, int, float, bool or None, not " + Types.name(key));
    };
  }

  private void string(Str str, StrBuilder out) {
    out.append("\"");
    String text = str.text();
    int plain = 0; // start of what needs no escape
    for (int i = 0; i < text.length(); i++) {
      String escape = escape(text.charAt(i));
      if (escape != null) {
        out.append(str.slice(plain, i));
        out.appendLike(escape, str, i);
        plain = i + 1;
      }
    }
    out.append(str.slice(plain)).append("\"");
  }

  private String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      default -> c < 0x20 || ascii && c > 0x7E ? String.format("\\u%04x", (int) c) : null;
    };
  }

  /** Reads the arguments of {@code tojson(value, ensure_ascii, indent, separators, sort_keys)}. */
  static PyJson of(Arguments arguments, Budget budget) {
    boolean ascii = arguments.flag(0, "ensure_ascii", false);
    Object indent = arguments.get(1, "indent", null);
    String unit = indent == null ? null : indentation(indent);
    Object separators = arguments.get(2, "separators", null);
    String items = unit == null ? ", " : ",";
    String keys = ": ";
    if (separators != null) {
      List<Object> pair = Items.list(separators, budget);
      if (pair.size() != 2) {
        throw JinjaException.value("separators must be two: given " + pair.size());
      }
      items = PyText.str(pair.getFirst(), budget).text();
      keys = PyText.str(pair.getLast(), budget).text();
    }
    return new PyJson(unit, items, keys, arguments.flag(3, "sort_keys", false), ascii);
  }

  private static String indentation(Object indent) {
    return indent instanceof Str text
        ? text.text()
        : " ".repeat(Math.clamp(Numbers.toLong(indent), 0, 64));
  }
}
