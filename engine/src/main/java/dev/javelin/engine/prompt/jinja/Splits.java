package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Ways to split a string. */
final class Splits {
  private Splits() {}

  static List<Object> split(Str text, Arguments arguments, boolean fromRight, Budget budget) {
    Object separator = arguments.get(0, "sep", null);
    long most = arguments.number(1, "maxsplit", -1);
    long limit = most < 0 ? Long.MAX_VALUE : most;
    budget.elements(1);
    if (separator == null) {
      return fromRight ? wordsFromRight(text, limit, budget) : words(text, limit, budget);
    }
    if (separator instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(separator instanceof Str str)) {
      throw JinjaException.type("must be str or None, not " + Types.name(separator));
    }
    if (str.isEmpty()) {
      throw JinjaException.value("empty separator");
    }
    return fromRight
        ? partsFromRight(text, str.text(), limit, budget)
        : parts(text, str.text(), limit, budget);
  }

  private static List<Object> parts(Str text, String separator, long limit, Budget budget) {
    List<Object> parts = new ArrayList<>();
    int at = 0;
    for (int next = text.text().indexOf(separator);
        next >= 0 && parts.size() < limit;
        next = text.text().indexOf(separator, at)) {
      budget.elements(1);
      parts.add(text.slice(at, next));
      at = next + separator.length();
    }
    parts.add(text.slice(at));
    budget.characters(text.text().length());
    return parts;
  }

  private static List<Object> partsFromRight(
      Str text, String separator, long limit, Budget budget) {
    List<Object> parts = new ArrayList<>();
    int end = text.text().length();
    while (parts.size() < limit) {
      int from = end - separator.length();
      int next = from < 0 ? -1 : text.text().lastIndexOf(separator, from);
      if (next < 0) {
        break;
      }
      budget.elements(1);
      parts.add(text.slice(next + separator.length(), end));
      end = next;
    }
    parts.add(text.slice(0, end));
    budget.characters(text.text().length());
    Collections.reverse(parts);
    return parts;
  }

  private static List<Object> words(Str text, long limit, Budget budget) {
    List<Object> words = new ArrayList<>();
    budget.characters(text.text().length());
    int at = skip(text, 0, true);
    while (at < text.text().length()) {
      budget.elements(1);
      if (words.size() == limit) {
        words.add(text.slice(at)); // as it is, white space at its end too
        return words;
      }
      int end = skip(text, at, false);
      words.add(text.slice(at, end));
      at = skip(text, end, true);
    }
    return words;
  }

  private static List<Object> wordsFromRight(Str text, long limit, Budget budget) {
    List<Object> words = words(text, Long.MAX_VALUE, budget);
    if (words.size() <= limit) {
      return words;
    }
    Str rest =
        StrMethods.strip(text, null, "rstrip"); // cut the last words off; what remains is one piece
    List<Object> kept = new ArrayList<>(words.subList((int) (words.size() - limit), words.size()));
    for (int i = kept.size() - 1; i >= 0; i--) {
      int length = ((Str) kept.get(i)).text().length();
      rest = StrMethods.strip(rest.slice(0, rest.text().length() - length), null, "rstrip");
    }
    kept.addFirst(rest);
    return kept;
  }

  private static int skip(Str text, int from, boolean space) {
    int at = from;
    while (at < text.text().length() && PyChars.isSpace(text.text().charAt(at)) == space) {
      at++;
    }
    return at;
  }

  static List<Object> lines(Str text, boolean keepEnds, Budget budget) {
    List<Object> lines = new ArrayList<>();
    String all = text.text();
    budget.characters(all.length());
    int from = 0;
    for (int i = 0; i < all.length(); i++) {
      if (PyChars.isLineEnd(all.charAt(i))) {
        int end = i;
        i += all.charAt(i) == '\r' && i + 1 < all.length() && all.charAt(i + 1) == '\n' ? 1 : 0;
        budget.elements(1);
        lines.add(text.slice(from, keepEnds ? i + 1 : end));
        from = i + 1;
      }
    }
    if (from < all.length()) {
      lines.add(text.slice(from));
    }
    return lines;
  }

  static Tuple partition(Str text, Str separator, boolean fromRight) {
    String wanted = separator.text();
    if (wanted.isEmpty()) {
      throw JinjaException.value("empty separator");
    }
    int at = fromRight ? text.text().lastIndexOf(wanted) : text.text().indexOf(wanted);
    if (at < 0) {
      return fromRight
          ? Tuple.of(Str.EMPTY, Str.EMPTY, text)
          : Tuple.of(text, Str.EMPTY, Str.EMPTY);
    }
    return Tuple.of(text.slice(0, at), separator, text.slice(at + wanted.length()));
  }
}
