package dev.javelin.engine.prompt.jinja;

/** Escapes in string literals. */
final class PyEscapes {
  private static final String SINGLE = "\\'\"abfnrtv";
  private static final String MEANING = "\\'\"\u0007\b\f\n\r\t\u000B";

  private PyEscapes() {}

  static String decode(String literal, int line) {
    if (literal.indexOf('\\') < 0) {
      return literal;
    }
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < literal.length()) {
      char c = literal.charAt(at++);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escape = literal.charAt(at++);
      int single = SINGLE.indexOf(escape);
      if (single >= 0) {
        text.append(MEANING.charAt(single));
      } else if (escape == 'x' || escape == 'u' || escape == 'U') {
        int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 8;
        text.appendCodePoint(codePoint(literal, at, digits, 16, line));
        at += digits;
      } else if (escape >= '0' && escape <= '7') {
        int digits = 1;
        while (digits < 3
            && at - 1 + digits < literal.length()
            && Character.digit(literal.charAt(at - 1 + digits), 8) >= 0) {
          digits++;
        }
        text.appendCodePoint(codePoint(literal, at - 1, digits, 8, line));
        at += digits - 1;
      } else if (escape != '\n') { // a backslash at the end of a line joins two lines
        text.append('\\').append(escape);
      }
    }
    return text.toString();
  }

  private static int codePoint(String literal, int from, int digits, int radix, int line) {
    try {
      int value = Integer.parseUnsignedInt(literal.substring(from, from + digits), radix);
      if (Character.isValidCodePoint(value)) {
        return value;
      }
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      // the same complaint as for a number that is no character
    }
    throw JinjaException.syntax("bad escape in a string", line);
  }
}
