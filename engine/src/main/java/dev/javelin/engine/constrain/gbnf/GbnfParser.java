package dev.javelin.engine.constrain.gbnf;

import dev.javelin.engine.constrain.ConstraintException;
import dev.javelin.engine.constrain.automaton.CharSet;
import dev.javelin.engine.constrain.automaton.Regex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Reads GBNF.
 *
 * <pre>
 *   root  ::= "yes" | "no" ", " [^\x00-\x1F"]+ ( digit{1,3} )?   # names may have letters, digits and dashes
 *   digit ::= [0-9]
 * </pre>
 *
 * A rule goes on over line breaks inside parentheses and behind {@code ::=} or {@code |}. Also
 * {@code .} for any character, and the escapes of C with {@code \xHH}, and those with u (4 digits)
 * and U (8 digits).
 */
final class GbnfParser {
  private static final int MAX_LENGTH = 1 << 20;
  private static final int MAX_NESTING = 100;
  private static final int MAX_REPEATED = 4;

  private final String text;
  private int at;
  private int nesting;
  private int placed; // how far line and column have been counted
  private int line = 1;
  private int column = 1;

  private GbnfParser(String text) {
    this.text = text;
  }

  static Map<String, GbnfRule> parse(String grammar) {
    if (grammar.length() > MAX_LENGTH) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          "",
          "a grammar may have at most " + MAX_LENGTH + " characters");
    }
    GbnfParser parser = new GbnfParser(grammar);
    Map<String, GbnfRule> rules = new LinkedHashMap<>();
    parser.space(true);
    while (parser.at < grammar.length()) {
      parser.rule(rules);
    }
    if (!rules.containsKey("root")) {
      throw new ConstraintException(
          ConstraintException.Code.INVALID_GRAMMAR, "", "a grammar needs a rule named root");
    }
    return rules;
  }

  private void rule(Map<String, GbnfRule> rules) {
    String place = place();
    String name = name();
    space(false);
    if (!text.startsWith("::=", at)) {
      throw invalid("expected ::= behind the name of a rule");
    }
    at += 3;
    space(true);
    if (rules.put(name, choice()) != null) {
      throw new ConstraintException(
          ConstraintException.Code.INVALID_GRAMMAR, place, "rule " + name + " is defined twice");
    }
    if (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      throw invalid("expected the end of the rule, found '" + text.charAt(at) + "'");
    }
    space(true);
  }

  private GbnfRule choice() {
    if (++nesting > MAX_NESTING) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          place(),
          "parentheses nest deeper than " + MAX_NESTING);
    }
    List<GbnfRule> alternatives = new ArrayList<>(List.of(sequence()));
    while (accept('|')) {
      space(true);
      alternatives.add(sequence());
    }
    nesting--;
    return alternatives.size() == 1 ? alternatives.getFirst() : new GbnfRule.Choice(alternatives);
  }

  private GbnfRule sequence() {
    List<GbnfRule> parts = new ArrayList<>();
    while (at < text.length() && "|)\n\r".indexOf(text.charAt(at)) < 0) {
      GbnfRule item = item();
      space(nesting > 1);
      parts.add(repeated(item));
    }
    return parts.size() == 1 ? parts.getFirst() : new GbnfRule.Sequence(parts);
  }

  private GbnfRule item() {
    char c = text.charAt(at);
    if (c == '"') {
      return literal();
    }
    if (c == '[') {
      return characters();
    }
    if (accept('.')) {
      return new GbnfRule.Chars(CharSet.ALL);
    }
    if (accept('(')) {
      space(true);
      GbnfRule inner = choice();
      if (!accept(')')) {
        throw invalid("missing )");
      }
      return inner;
    }
    return new GbnfRule.Name(name(), place());
  }

  private GbnfRule repeated(GbnfRule item) {
    GbnfRule result = item;
    for (int times = 1; at < text.length() && "*+?{".indexOf(text.charAt(at)) >= 0; times++) {
      if (times > MAX_REPEATED) {
        throw new ConstraintException(
            ConstraintException.Code.TOO_COMPLEX,
            place(),
            "more than " + MAX_REPEATED + " repetitions of one another");
      }
      int min = 0;
      int max = Regex.UNBOUNDED;
      switch (text.charAt(at++)) {
        case '+' -> min = 1;
        case '?' -> max = 1;
        case '{' -> {
          space(true);
          min = accept(',') ? 0 : number();
          space(true);
          boolean comma = text.charAt(at - 1) == ',' || accept(',');
          space(true);
          max =
              !comma
                  ? min
                  : at < text.length() && Character.isDigit(text.charAt(at))
                      ? number()
                      : Regex.UNBOUNDED;
          space(true);
          if (!accept('}') || max < min) {
            throw invalid("expected {n}, {n,} or {n,m}");
          }
        }
        default -> {}
      }
      space(nesting > 1);
      result = new GbnfRule.Repeat(result, min, max);
    }
    return result;
  }

  private int number() {
    int start = at;
    while (at < text.length() && Character.isDigit(text.charAt(at)) && at - start < 5) {
      at++;
    }
    if (at == start) {
      throw invalid("expected a number below 100000");
    }
    return Integer.parseInt(text.substring(start, at));
  }

  private GbnfRule literal() {
    at++;
    List<GbnfRule> characters = new ArrayList<>();
    while (!accept('"')) {
      characters.add(new GbnfRule.Chars(CharSet.of(character())));
    }
    return characters.size() == 1 ? characters.getFirst() : new GbnfRule.Sequence(characters);
  }

  private GbnfRule characters() {
    at++;
    boolean negated = accept('^');
    IntStream.Builder ranges = IntStream.builder();
    while (!accept(']')) {
      int lo = character();
      int hi = lo;
      if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
        at++;
        hi = character();
      }
      if (hi < lo) {
        throw invalid("range out of order");
      }
      ranges.add(lo).add(hi);
    }
    CharSet set = CharSet.ofRanges(ranges.build().toArray());
    CharSet wanted = negated ? set.complement() : set;
    if (wanted.isEmpty()) {
      throw invalid("a class without characters can never be completed");
    }
    return new GbnfRule.Chars(wanted);
  }

  private int character() {
    if (at >= text.length()) {
      throw invalid("unexpected end");
    }
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    if (c != '\\') {
      return c;
    }
    if (at >= text.length()) {
      throw invalid("unexpected end behind a backslash");
    }
    char escape = text.charAt(at++);
    return switch (escape) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '"', '\\', '[', ']', '-', '^', '\'', '/' -> escape;
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      case 'U' -> hex(8);
      default -> throw invalid("unknown escape \\" + escape);
    };
  }

  private int hex(int digits) {
    if (at + digits > text.length() || !text.substring(at, at + digits).matches("[0-9a-fA-F]+")) {
      throw invalid("expected " + digits + " hex digits");
    }
    at += digits;
    long value = Long.parseLong(text.substring(at - digits, at), 16);
    if (value > CharSet.MAX) {
      throw invalid("above the last code point");
    }
    return (int) value;
  }

  private String name() {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "-_".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    if (at == start) {
      throw invalid(
          "expected a name, found '" + (at < text.length() ? text.charAt(at) : ' ') + "'");
    }
    return text.substring(start, at);
  }

  private boolean accept(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  /** Skips blanks and comments, line breaks only if asked to. */
  private void space(boolean lines) {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
          at++;
        }
      } else if (c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r')) {
        at++;
      } else {
        return;
      }
    }
  }

  private String place() {
    for (; placed < at && placed < text.length(); placed++) {
      column = text.charAt(placed) == '\n' ? 1 : column + 1;
      line += text.charAt(placed) == '\n' ? 1 : 0;
    }
    return line + ":" + column;
  }

  private ConstraintException invalid(String what) {
    return new ConstraintException(ConstraintException.Code.INVALID_GRAMMAR, place(), what);
  }
}
