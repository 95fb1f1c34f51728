package dev.javelin.engine.prompt.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens, with {@code trim_blocks} and {@code lstrip_blocks} on: the newline
 * behind a block or comment tag goes, and so does the white space before one that is first on its
 * line. {@code -} strips all white space on its side, {@code +} strips none. One newline at the end
 * of the template goes too.
 */
final class Lexer {
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<float>(?<!\\.)(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+))"
              + "|0[bB](?:_?[01])++|0[oO](?:_?[0-7])++|0[xX](?:_?[0-9a-fA-F])++|[1-9](?:_?\\d)*+|0(?:_?0)*+");
  private static final Pattern RAW_BEGIN = Pattern.compile("\\{%[-+]?\\s*raw\\s*(?:-%}\\s*|%})");
  private static final Pattern RAW_END =
      Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%}|-%}\\s*|%}\n?)");
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private boolean lineStarting = true; // whether what was just read ended a line

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
    Lexer lexer = new Lexer(source);
    while (lexer.at < source.length()) {
      lexer.readTextAndTag();
    }
    lexer.add(Token.Kind.END, "");
    return lexer.tokens;
  }

  private void add(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
  }

  private void advance(int to) {
    for (int i = at; i < to; i++) {
      line += source.charAt(i) == '\n' ? 1 : 0;
    }
    lineStarting = to > at ? source.charAt(to - 1) == '\n' : lineStarting;
    at = to;
  }

  private void readTextAndTag() {
    int tag = nextTag();
    if (tag < 0) {
      addText(source.substring(at));
      advance(source.length());
      return;
    }
    char type = source.charAt(tag + 1);
    char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
    addText(strippedBefore(source.substring(at, tag), sign, type != '{'));
    advance(tag);
    Matcher raw = RAW_BEGIN.matcher(source).region(tag, source.length());
    if (type == '%' && raw.lookingAt()) {
      readRaw(raw.end());
    } else if (type == '#') {
      readComment(tag + (sign == '-' || sign == '+' ? 3 : 2));
    } else {
      add(type == '{' ? Token.Kind.PRINT_BEGIN : Token.Kind.BLOCK_BEGIN, "");
      advance(tag + (sign == '-' || sign == '+' ? 3 : 2));
      readCode(
          type == '{' ? "}}" : "%}", type == '{' ? Token.Kind.PRINT_END : Token.Kind.BLOCK_END);
    }
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at);
        i >= 0 && i + 1 < source.length();
        i = source.indexOf('{', i + 1)) {
      char next = source.charAt(i + 1);
      if (next == '{' || next == '%' || next == '#') {
        return i;
      }
    }
    return -1;
  }

  private void addText(String text) {
    if (!text.isEmpty()) {
      add(Token.Kind.TEXT, text);
    }
  }

  private String strippedBefore(String text, char sign, boolean lstrip) {
    if (sign == '-') {
      int end = text.length();
      while (end > 0 && PyChars.isSpace(text.charAt(end - 1))) {
        end--;
      }
      return text.substring(0, end);
    }
    int lineStart = text.lastIndexOf('\n') + 1;
    boolean atLineStart = lineStart > 0 || lineStarting;
    boolean blank = text.substring(lineStart).chars().allMatch(PyChars::isSpace);
    return sign != '+' && lstrip && atLineStart && blank ? text.substring(0, lineStart) : text;
  }

  private void readComment(int begin) {
    int end = source.indexOf("#}", begin);
    if (end < 0) {
      throw JinjaException.syntax("Missing end of comment tag", line);
    }
    char sign = end > begin ? source.charAt(end - 1) : ' ';
    advance(afterEnd(end + 2, sign, true));
  }

  private void readRaw(int begin) {
    Matcher end = RAW_END.matcher(source).region(begin, source.length());
    if (!end.find()) {
      throw JinjaException.syntax("Missing end of raw directive", line);
    }
    advance(begin);
    char sign = end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0);
    addText(strippedBefore(source.substring(begin, end.start()), sign, true));
    advance(end.end());
  }

  /** The position behind an end tag and the white space that goes with it. */
  private int afterEnd(int to, char sign, boolean trim) {
    int next = to;
    if (sign == '-') {
      while (next < source.length() && PyChars.isSpace(source.charAt(next))) {
        next++;
      }
    } else if (trim && sign != '+' && next < source.length() && source.charAt(next) == '\n') {
      next++;
    }
    return next;
  }

  private void readCode(String end, Token.Kind endKind) {
    Deque<Character> open = new ArrayDeque<>();
    while (at < source.length()) {
      char c = source.charAt(at);
      boolean signed =
          (c == '-' || c == '+' && endKind == Token.Kind.BLOCK_END)
              && source.startsWith(end, at + 1);
      if (open.isEmpty() && (signed || source.startsWith(end, at))) {
        add(endKind, "");
        int to = at + end.length() + (signed ? 1 : 0);
        advance(afterEnd(to, signed ? c : ' ', endKind == Token.Kind.BLOCK_END));
        return;
      }
      if (PyChars.isSpace(c)) {
        advance(at + 1);
      } else {
        readToken(c, open);
      }
    }
  }

  private void readToken(char c, Deque<Character> open) {
    if (c == '"' || c == '\'') {
      readString(c);
    } else if (Character.isLetter(c) || c == '_') {
      int end = at;
      while (end < source.length() && isNamePart(source.charAt(end))) {
        end++;
      }
      add(Token.Kind.NAME, source.substring(at, end));
      advance(end);
    } else if (c >= '0' && c <= '9') {
      Matcher number =
          NUMBER.matcher(source).useTransparentBounds(true).region(at, source.length());
      if (!number.lookingAt()) {
        throw unexpected(c);
      }
      add(
          number.group("float") != null ? Token.Kind.FLOAT : Token.Kind.INTEGER,
          number.group().replace("_", ""));
      advance(number.end());
    } else {
      readOperator(c, open);
    }
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private void readOperator(char c, Deque<Character> open) {
    String operator =
        OPERATORS.stream()
            .filter(o -> source.startsWith(o, at))
            .findFirst()
            .orElseThrow(() -> unexpected(c));
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != c) {
          throw JinjaException.syntax("unexpected '" + c + "'", line);
        }
      }
      default -> {}
    }
    add(Token.Kind.OPERATOR, operator);
    advance(at + operator.length());
  }

  private void readString(char quote) {
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw unexpected(quote);
    }
    add(Token.Kind.STRING, PyEscapes.decode(source.substring(at + 1, end), line));
    advance(end + 1);
  }

  private JinjaException unexpected(char c) {
    return JinjaException.syntax("unexpected char '" + c + "' at " + at, line);
  }
}
