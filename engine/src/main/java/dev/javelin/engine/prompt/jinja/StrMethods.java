package dev.javelin.engine.prompt.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Methods of strings. */
final class StrMethods {
  private StrMethods() {}

  static Optional<Callable> find(Str text, String name, Env env) {
    Budget budget = env.budget();
    return Optional.ofNullable(
        switch (name) {
          case "strip", "lstrip", "rstrip" ->
              arguments -> strip(text, arguments.get(0, "chars", null), name);
          case "split", "rsplit" ->
              arguments -> Splits.split(text, arguments, name.equals("rsplit"), budget);
          case "splitlines" ->
              arguments -> Splits.lines(text, arguments.flag(0, "keepends", false), budget);
          case "partition", "rpartition" ->
              arguments -> Splits.partition(text, need(arguments, 0), name.equals("rpartition"));
          case "startswith", "endswith" ->
              arguments -> affix(text, arguments, name.equals("startswith"), budget);
          case "removeprefix" ->
              arguments ->
                  text.text().startsWith(need(arguments, 0).text())
                      ? text.slice(need(arguments, 0).text().length())
                      : text;
          case "removesuffix" ->
              arguments -> {
                String suffix = need(arguments, 0).text();
                return text.text().endsWith(suffix)
                    ? text.slice(0, text.text().length() - suffix.length())
                    : text;
              };
          case "replace" ->
              arguments ->
                  replace(
                      text,
                      need(arguments, 0),
                      need(arguments, 1),
                      arguments.number(2, "count", -1),
                      budget);
          case "join" -> arguments -> join(text, arguments.need(0, "iterable"), budget);
          case "upper" -> arguments -> cased(text, text.text().toUpperCase(Locale.ROOT), budget);
          case "lower" -> arguments -> cased(text, text.text().toLowerCase(Locale.ROOT), budget);
          case "casefold" ->
              arguments ->
                  cased(
                      text, text.text().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), budget);
          case "capitalize" -> arguments -> capitalize(text, budget);
          case "title" -> arguments -> title(text, budget);
          case "swapcase" -> arguments -> cased(text, swapCase(text.text()), budget);
          case "find", "index", "rfind", "rindex" ->
              arguments -> find(text, need(arguments, 0), name);
          case "count" -> arguments -> count(text, need(arguments, 0).text());
          case "expandtabs" ->
              arguments -> expandTabs(text, arguments.number(0, "tabsize", 8), budget);
          case "format" -> arguments -> BraceFormat.format(text, arguments, env);
          case "center", "ljust", "rjust", "zfill" ->
              arguments -> pad(text, arguments, name, budget);
          default -> StrTests.find(text, name);
        });
  }

  private static Str need(Arguments arguments, int index) {
    Object value = arguments.need(index, "argument");
    if (value instanceof Str text) {
      return text;
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw JinjaException.type("expected str, not " + Types.name(value));
  }

  /** Without characters of a set (null: white space) at the sides that the method's name tells. */
  static Str strip(Str text, Object characters, String name) {
    if (characters != null && !(characters instanceof Str)) {
      throw JinjaException.type(name + " arg must be None or str");
    }
    String set = characters == null ? null : ((Str) characters).text();
    String all = text.text();
    int from = 0;
    int to = all.length();
    while (!name.equals("rstrip") && from < to && isIn(set, all.codePointAt(from))) {
      from += Character.charCount(all.codePointAt(from));
    }
    while (!name.equals("lstrip") && to > from && isIn(set, all.codePointBefore(to))) {
      to -= Character.charCount(all.codePointBefore(to));
    }
    return text.slice(from, to);
  }

  private static boolean isIn(String set, int c) {
    return set == null ? PyChars.isSpace(c) : set.indexOf(c) >= 0;
  }

  private static Object affix(Str text, Arguments arguments, boolean start, Budget budget) {
    Object wanted = arguments.need(0, "prefix");
    List<Object> options =
        wanted instanceof Tuple tuple ? tuple.items() : List.of(need(arguments, 0));
    Str whole =
        arguments.has(1, "start")
            ? (Str)
                Slices.slice(text, arguments.number(1, "start", 0), bound(arguments), null, budget)
            : text;
    for (Object option : options) {
      if (!(option instanceof Str affix)) {
        throw JinjaException.type("tuple for startswith must only contain str");
      }
      if (start ? whole.text().startsWith(affix.text()) : whole.text().endsWith(affix.text())) {
        return true;
      }
    }
    return false;
  }

  private static Long bound(Arguments arguments) {
    return arguments.has(2, "end") ? Long.valueOf(arguments.number(2, "end", 0)) : null;
  }

  static Str replace(Str text, Str old, Str replacement, long count, Budget budget) {
    StrBuilder out = new StrBuilder(budget);
    String all = text.text();
    String wanted = old.text();
    long left = count < 0 ? Long.MAX_VALUE : count;
    int at = 0;
    if (wanted.isEmpty()) { // Python: before each character and at the end
      while (left > 0) {
        budget.step();
        out.append(replacement);
        left--;
        if (at == all.length()) {
          return out.toStr();
        }
        int next = all.offsetByCodePoints(at, 1);
        out.append(text.slice(at, next));
        at = next;
      }
      return out.append(text.slice(at)).toStr();
    }
    for (int found = all.indexOf(wanted); found >= 0 && left > 0; found = all.indexOf(wanted, at)) {
      out.append(text.slice(at, found)).append(replacement);
      at = found + wanted.length();
      left--;
    }
    return out.append(text.slice(at)).toStr();
  }

  static Str join(Str separator, Object items, Budget budget) {
    StrBuilder out = new StrBuilder(budget);
    boolean first = true;
    for (Object item : Items.list(items, budget)) {
      if (!(item instanceof Str text)) {
        throw JinjaException.type(
            "sequence item: expected str instance, " + Types.name(item) + " found");
      }
      out.append(first ? Str.EMPTY : separator).append(text);
      first = false;
    }
    return out.toStr();
  }

  private static Str cased(Str text, String cased, Budget budget) {
    budget.characters(cased.length());
    return text.replaced(cased);
  }

  static Str capitalize(Str text, Budget budget) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.text().offsetByCodePoints(0, 1);
    String head = text.text().substring(0, first);
    String cased = titleCase(head) + text.text().substring(first).toLowerCase(Locale.ROOT);
    return cased(text, cased, budget);
  }

  private static String titleCase(String character) {
    String upper = character.toUpperCase(Locale.ROOT);
    return upper.length() > character.length()
        ? upper.substring(0, 1) + upper.substring(1).toLowerCase(Locale.ROOT)
        : Character.toString(Character.toTitleCase(character.codePointAt(0)));
  }

  private static Str title(Str text, Budget budget) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int c : text.text().codePoints().toArray()) {
      boolean letter =
          Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
      String character = Character.toString(c);
      out.append(inWord ? character.toLowerCase(Locale.ROOT) : titleCase(character));
      inWord = letter;
    }
    return cased(text, out.toString(), budget);
  }

  private static String swapCase(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c ->
                out.appendCodePoint(
                    Character.isUpperCase(c)
                        ? Character.toLowerCase(c)
                        : Character.toUpperCase(c)));
    return out.toString();
  }

  private static Object find(Str text, Str part, String name) {
    String all = text.text();
    int at = name.startsWith("r") ? all.lastIndexOf(part.text()) : all.indexOf(part.text());
    if (at < 0 && name.endsWith("index")) {
      throw JinjaException.value("substring not found");
    }
    return at < 0 ? -1L : (long) all.codePointCount(0, at);
  }

  private static Object count(Str text, String part) {
    if (part.isEmpty()) {
      return text.length() + 1L;
    }
    long count = 0;
    for (int at = text.text().indexOf(part);
        at >= 0;
        at = text.text().indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  private static Str expandTabs(Str text, long size, Budget budget) {
    StrBuilder out = new StrBuilder(budget);
    long column = 0;
    for (Object item : Items.list(text, budget)) {
      Str character = (Str) item;
      boolean tab = character.text().equals("\t");
      long spaces = tab && size > 0 ? size - column % size : 0;
      budget.characters(spaces);
      out.append(tab ? Str.own(" ".repeat((int) spaces)) : character);
      boolean newLine = character.text().equals("\n") || character.text().equals("\r");
      column = newLine ? 0 : column + (tab ? spaces : 1);
    }
    return out.toStr();
  }

  private static Str pad(Str text, Arguments arguments, String name, Budget budget) {
    long missing = Math.max(0, Numbers.toLong(arguments.need(0, "width")) - text.length());
    budget.characters(missing);
    String fill =
        name.equals("zfill") ? "0" : arguments.has(1, "fillchar") ? need(arguments, 1).text() : " ";
    if (name.equals("zfill") && !text.isEmpty() && "+-".indexOf(text.text().charAt(0)) >= 0) {
      return new StrBuilder(budget)
          .append(text.slice(0, 1))
          .append("0".repeat((int) missing))
          .append(text.slice(1))
          .toStr();
    }
    long width = missing + text.length();
    long before =
        switch (name) {
          case "ljust" -> 0;
          case "center" -> missing / 2 + (missing & width & 1);
          default -> missing;
        };
    return new StrBuilder(budget)
        .append(fill.repeat((int) before))
        .append(text)
        .append(fill.repeat((int) (missing - before)))
        .toStr();
  }
}
