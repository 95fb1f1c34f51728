package dev.javelin.engine.prompt.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Values as text: Python's {@code str} and {@code repr}. */
final class PyText {
  private PyText() {}

  /** What {@code {{ value }}} prints. */
  static Str str(Object value, Budget budget) {
    return switch (value) {
      case Str s -> s;
      case Undefined u -> Str.EMPTY;
      case null, default -> {
        StrBuilder out = new StrBuilder(budget);
        repr(value, out, budget);
        yield out.toStr();
      }
    };
  }

  static Str repr(Object value, Budget budget) {
    StrBuilder out = new StrBuilder(budget);
    repr(value, out, budget);
    return out.toStr();
  }

  private static void repr(Object value, StrBuilder out, Budget budget) {
    budget.enter();
    switch (value) {
      case null -> out.append("None");
      case Boolean b -> out.append(b ? "True" : "False");
      case Long n -> out.append(n.toString());
      case BigInteger n -> out.append(n.toString());
      case Double d -> out.append(Numbers.text(d));
      case Str s -> quoted(s, out);
      case List<?> l -> items(l, "[", "]", out, budget);
      case Tuple t -> items(t.items(), "(", t.items().size() == 1 ? ",)" : ")", out, budget);
      case Map<?, ?> m -> dict(m, out, budget);
      case DictView v -> items(v.items(), v.typeName() + "([", "])", out, budget);
      case Range r -> out.append(r.toString());
      case Undefined u -> out.append("Undefined");
      default -> out.append("<" + Types.name(value) + ">");
    }
    budget.leave();
  }

  private static void items(
      List<?> items, String open, String close, StrBuilder out, Budget budget) {
    out.append(open);
    String separator = "";
    for (Object item : items) {
      out.append(separator);
      repr(item, out, budget);
      separator = ", ";
    }
    out.append(close);
  }

  private static void dict(Map<?, ?> dict, StrBuilder out, Budget budget) {
    out.append("{");
    String separator = "";
    for (Map.Entry<?, ?> entry : dict.entrySet()) {
      out.append(separator);
      repr(entry.getKey(), out, budget);
      out.append(": ");
      repr(entry.getValue(), out, budget);
      separator = ", ";
    }
    out.append("}");
  }

  private static void quoted(Str str, StrBuilder out) {
    String text = str.text();
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      int length = Character.charCount(c);
      String escape = escape(c, quote);
      if (escape == null) {
        out.append(str.slice(at, at + length));
      } else {
        out.appendLike(escape, str, at);
      }
      at += length;
    }
    out.append(quote);
  }

  private static String escape(int c, char quote) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\\' -> "\\\\";
      default -> {
        if (c == quote) {
          yield "\\" + quote;
        }
        if (PyChars.isPrintable(c)) {
          yield null;
        }
        yield c < 0x100 ? hex("\\x", 2, c) : c < 0x10000 ? hex("\\u", 4, c) : hex("\\U", 8, c);
      }
    };
  }

  private static String hex(String prefix, int digits, int value) {
    String hex = Integer.toHexString(value);
    return prefix + "0".repeat(digits - hex.length()) + hex;
  }
}
