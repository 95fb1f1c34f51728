package dev.javelin.engine.prompt.jinja;

import dev.javelin.engine.prompt.jinja.Library.FilterFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters for text; what is no text is made text first. */
final class TextFilters {
  private TextFilters() {}

  /** A filter that has its value as text. */
  private interface TextFunction {
    Object apply(Env env, Str text, Arguments arguments);
  }

  static Map<String, FilterFunction> all() {
    Map<String, FilterFunction> filters = new HashMap<>();
    put(
        filters,
        "trim",
        (env, text, arguments) -> StrMethods.strip(text, arguments.get(0, "chars", null), "strip"));
    for (String method : List.of("upper", "lower", "capitalize")) {
      put(filters, method, (env, text, arguments) -> call(env, text, method, arguments));
    }
    put(
        filters,
        "center",
        (env, text, arguments) ->
            call(env, text, "center", Arguments.of(arguments.get(0, "width", 80L))));
    put(filters, "title", (env, text, arguments) -> title(text, env.budget()));
    put(filters, "replace", TextFilters::replace);
    put(filters, "indent", TextFilters::indent);
    put(filters, "safe", (env, text, arguments) -> text.asMarkup());
    put(
        filters,
        "e",
        (env, text, arguments) -> text.isMarkup() ? text : escape(text, env.budget()).asMarkup());
    put(
        filters,
        "escape",
        (env, text, arguments) -> text.isMarkup() ? text : escape(text, env.budget()).asMarkup());
    put(filters, "forceescape", (env, text, arguments) -> escape(text, env.budget()).asMarkup());
    put(filters, "wordcount", (env, text, arguments) -> wordCount(text));
    put(filters, "truncate", TextFilters::truncate);
    put(filters, "urlencode", (env, text, arguments) -> urlEncode(text, env.budget()));
    put(filters, "format", TextFilters::format);
    return filters;
  }

  private static void put(Map<String, FilterFunction> filters, String name, TextFunction function) {
    filters.put(
        name,
        (env, value, arguments) -> function.apply(env, PyText.str(value, env.budget()), arguments));
  }

  private static Object call(Env env, Str text, String method, Arguments arguments) {
    return StrMethods.find(text, method, env).orElseThrow().call(arguments);
  }

  private static Object replace(Env env, Str text, Arguments arguments) {
    Str old = PyText.str(arguments.need(0, "old"), env.budget());
    Str replacement = PyText.str(arguments.need(1, "new"), env.budget());
    return StrMethods.replace(
        text, old, replacement, arguments.number(2, "count", -1), env.budget());
  }

  private static Object indent(Env env, Str text, Arguments arguments) {
    Object width = arguments.get(0, "width", 4L);
    Budget budget = env.budget();
    Str unit =
        width instanceof Str str
            ? str
            : (Str) Arithmetic.compute(BinaryOperator.MULTIPLY, Str.own(" "), width, budget);
    boolean first = arguments.flag(1, "first", false);
    boolean blank = arguments.flag(2, "blank", false);
    List<Object> lines =
        Splits.lines(new StrBuilder(budget).append(text).append("\n").toStr(), false, budget);
    StrBuilder out = new StrBuilder(budget);
    for (int i = 0; i < lines.size(); i++) {
      Str line = (Str) lines.get(i);
      boolean indented = i == 0 ? first : blank || !line.isEmpty();
      out.append(i == 0 ? "" : "\n").append(indented ? unit : Str.EMPTY).append(line);
    }
    return out.toStr();
  }

  /** Escapes for HTML, as {@code safe} text does to what it is joined with. */
  static Str escape(Str text, Budget budget) {
    StrBuilder out = new StrBuilder(budget);
    int plain = 0;
    for (int i = 0; i < text.text().length(); i++) {
      String escape =
          switch (text.text().charAt(i)) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '\'' -> "&#39;";
            case '"' -> "&#34;";
            default -> null;
          };
      if (escape != null) {
        out.append(text.slice(plain, i)).appendLike(escape, text, i);
        plain = i + 1;
      }
    }
    return out.append(text.slice(plain)).toStr();
  }

  /** Words begin after white space, hyphens and opening brackets. */
  private static Str title(Str text, Budget budget) {
    StringBuilder out = new StringBuilder();
    boolean begins = true;
    for (int c : text.text().codePoints().toArray()) {
      String character = Character.toString(c);
      out.append(begins ? character.toUpperCase(Locale.ROOT) : character.toLowerCase(Locale.ROOT));
      begins = PyChars.isSpace(c) || "-({[<".indexOf(c) >= 0;
    }
    budget.characters(out.length());
    return text.replaced(out.toString());
  }

  private static Object wordCount(Str text) {
    long count = 0;
    boolean inWord = false;
    for (int c : text.text().codePoints().toArray()) {
      boolean word = Character.isLetterOrDigit(c) || c == '_';
      count += word && !inWord ? 1 : 0;
      inWord = word;
    }
    return count;
  }

  private static Object truncate(Env env, Str text, Arguments arguments) {
    int length = Math.clamp(arguments.number(0, "length", 255), 0, Integer.MAX_VALUE);
    Str end = PyText.str(arguments.get(2, "end", Str.own("...")), env.budget());
    long leeway = arguments.number(3, "leeway", 5);
    if (text.length() <= length + leeway) {
      return text;
    }
    Str head = text.slice(0, text.charIndex(Math.max(0, length - end.length())));
    int space = head.text().lastIndexOf(' ');
    boolean whole = !arguments.flag(1, "killwords", false) && space >= 0;
    return new StrBuilder(env.budget())
        .append(whole ? head.slice(0, space) : head)
        .append(end)
        .toStr();
  }

  private static Object urlEncode(Str text, Budget budget) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.text().getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      boolean plain =
          b >= '0' && b <= '9'
              || b >= 'A' && b <= 'Z'
              || b >= 'a' && b <= 'z'
              || "_.-~/".indexOf(b) >= 0 && b > 0;
      out.append(plain ? Character.toString(b) : String.format("%%%02X", b & 0xFF));
    }
    budget.characters(out.length());
    return text.replaced(out.toString());
  }

  private static Object format(Env env, Str text, Arguments arguments) {
    Object values =
        arguments.named().isEmpty() ? new Tuple(arguments.positional()) : arguments.namedAsDict();
    return PercentFormat.format(text, values, env.budget());
  }
}
