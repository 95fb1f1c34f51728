package dev.javelin.engine.constrain.automaton;

import dev.javelin.engine.constrain.ConstraintException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the regular part of ECMA-262 patterns, the dialect of JSON Schema: groups, classes,
 * quantifiers, anchors, leading look-aheads, Unicode properties. What is not regular (back
 * references, word boundaries, look-behind) and what engines read differently ({@code \Z}, <code>
 * {,3}</code>, inline flags) is refused.
 */
public final class RegexParser {
  private static final int MAX_NESTING = 200;
  private static final int MAX_LENGTH = 100_000;

  private final String text;
  private int at;
  private int nesting;

  private RegexParser(String text) {
    this.text = text;
  }

  public static Regex parse(String pattern) {
    if (pattern.length() > MAX_LENGTH) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          "",
          "a pattern may have at most "
              + MAX_LENGTH
              + " characters, this one has "
              + pattern.length());
    }
    RegexParser parser = new RegexParser(pattern);
    Regex regex = parser.choice();
    if (parser.at < pattern.length()) {
      throw parser.invalid("unmatched ')'");
    }
    return regex;
  }

  private Regex choice() {
    if (++nesting > MAX_NESTING) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          "offset " + at,
          "groups nest deeper than " + MAX_NESTING);
    }
    List<Regex> alternatives = new ArrayList<>(List.of(sequence()));
    while (accept('|')) {
      alternatives.add(sequence());
    }
    nesting--;
    return alternatives.size() == 1 ? alternatives.getFirst() : new Regex.Choice(alternatives);
  }

  private Regex sequence() {
    List<Regex> parts = new ArrayList<>();
    while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      Regex atom = atom();
      Regex quantified = quantified(atom);
      if (quantified != atom && (atom instanceof Regex.Start || atom instanceof Regex.End)) {
        throw invalid("nothing to repeat");
      }
      parts.add(quantified);
    }
    return parts.size() == 1 ? parts.getFirst() : new Regex.Sequence(parts);
  }

  private Regex quantified(Regex atom) {
    if (at >= text.length()) {
      return atom;
    }
    Regex result;
    char c = text.charAt(at);
    if (c == '*' || c == '+' || c == '?') {
      at++;
      result = new Regex.Repeat(atom, c == '+' ? 1 : 0, c == '?' ? 1 : Regex.UNBOUNDED);
    } else if (c == '{') {
      int[] bounds = bounds();
      if (bounds.length == 0) {
        return atom;
      }
      result = new Regex.Repeat(atom, bounds[0], bounds[1]);
    } else {
      return atom;
    }
    accept('?'); // lazy: another match, the same language
    if (at < text.length() && "*+?".indexOf(text.charAt(at)) >= 0) {
      throw invalid("nothing to repeat");
    }
    return result;
  }

  /**
   * Reads {n}, {n,} or {n,m}; an empty array, and nothing read, for a brace that is a plain
   * character.
   */
  private int[] bounds() {
    int close = at + 1;
    while (close < text.length() && ",0123456789".indexOf(text.charAt(close)) >= 0) {
      close++;
    }
    String inside = text.startsWith("}", close) ? text.substring(at + 1, close) : "";
    if (inside.matches(",[0-9]+")) {
      throw unsupported("{,n} is read differently by different engines; write {0,n}");
    }
    if (!inside.matches("[0-9]+(,[0-9]*)?")) {
      return new int[0];
    }
    int comma = inside.indexOf(',');
    int min = number(comma < 0 ? inside : inside.substring(0, comma));
    int max =
        comma < 0
            ? min
            : comma == inside.length() - 1 ? Regex.UNBOUNDED : number(inside.substring(comma + 1));
    if (max < min) {
      throw invalid("numbers out of order in {" + inside + "}");
    }
    at = close + 1;
    return new int[] {min, max};
  }

  private int number(String digits) {
    if (digits.length() > 6) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          "offset " + at,
          "a repetition count above 999999: " + digits);
    }
    return Integer.parseInt(digits);
  }

  private Regex atom() {
    int c = next();
    return switch (c) {
      case '(' -> group();
      case '[' -> new Regex.Chars(new ClassParser(this).read());
      case '.' -> new Regex.Chars(UnicodeSets.DOT);
      case '^' -> new Regex.Start();
      case '$' -> new Regex.End();
      case '\\' -> new Regex.Chars(escape(false));
      case '*', '+', '?' -> throw invalid("nothing to repeat");
      default -> new Regex.Chars(CharSet.of(c));
    };
  }

  private Regex group() {
    Regex inner;
    if (!accept('?')) {
      inner = choice();
    } else if (accept(':')) {
      inner = choice();
    } else if (accept('=') || text.startsWith("!", at)) {
      boolean positive = !accept('!');
      inner = new Regex.Look(choice(), positive);
    } else if (text.startsWith("<=", at) || text.startsWith("<!", at)) {
      throw unsupported("look-behind");
    } else if (text.startsWith("<", at) || text.startsWith("P<", at)) {
      int close = text.indexOf('>', at);
      if (close < 0) {
        throw invalid("unterminated group name");
      }
      at = close + 1;
      inner = choice();
    } else {
      throw unsupported(
          "group of the form (?" + (at < text.length() ? text.charAt(at) : "") + "...");
    }
    if (!accept(')')) {
      throw invalid("missing ')'");
    }
    return inner;
  }

  /** The characters that an escape stands for; the backslash has been read. */
  CharSet escape(boolean inClass) {
    int c = next();
    return switch (c) {
      case 'd' -> UnicodeSets.DIGIT;
      case 'D' -> UnicodeSets.DIGIT.complement();
      case 'w' -> UnicodeSets.WORD;
      case 'W' -> UnicodeSets.WORD.complement();
      case 's' -> UnicodeSets.SPACE;
      case 'S' -> UnicodeSets.SPACE.complement();
      case 'p', 'P' -> property(c == 'P');
      case 't' -> CharSet.of('\t');
      case 'n' -> CharSet.of('\n');
      case 'r' -> CharSet.of('\r');
      case 'f' -> CharSet.of('\f');
      case 'v' -> CharSet.of(0x0B);
      case 'x' -> CharSet.of(hex(2));
      case 'u' -> CharSet.of(unicode());
      case 'c' -> CharSet.of(next() & 0x1F);
      case '0' -> CharSet.of(0);
      case 'b' -> {
        if (!inClass) {
          throw unsupported("word boundary \\b");
        }
        yield CharSet.of('\b');
      }
      default -> {
        if (c < 0x80 && Character.isLetterOrDigit(c)) {
          throw unsupported("escape \\" + (char) c);
        }
        yield CharSet.of(c);
      }
    };
  }

  private CharSet property(boolean negated) {
    int close = text.indexOf('}', at);
    if (!accept('{') || close < 0) {
      throw invalid("\\p needs a property in braces");
    }
    String name = text.substring(at, close);
    at = close + 1;
    CharSet set =
        UnicodeSets.property(name).orElseThrow(() -> unsupported("Unicode property " + name));
    return negated ? set.complement() : set;
  }

  private int unicode() {
    if (accept('{')) {
      int close = text.indexOf('}', at);
      if (close < 0 || !text.substring(at, close).matches("[0-9a-fA-F]{1,6}")) {
        throw invalid("\\u{...} needs 1 to 6 hex digits");
      }
      int value = Integer.parseInt(text.substring(at, close), 16);
      at = close + 1;
      return checked(value);
    }
    int value = hex(4);
    if (value >= 0xD800 && value < 0xDC00 && text.startsWith("\\u", at)) {
      at += 2;
      int low = hex(4);
      if (low >= 0xDC00 && low <= 0xDFFF) {
        return Character.toCodePoint((char) value, (char) low);
      }
      throw unsupported("a lone surrogate");
    }
    return checked(value);
  }

  private int checked(int codePoint) {
    if (codePoint > CharSet.MAX || codePoint >= 0xD800 && codePoint <= 0xDFFF) {
      throw unsupported("a code point that no text has: " + Integer.toHexString(codePoint));
    }
    return codePoint;
  }

  private int hex(int digits) {
    if (at + digits > text.length() || !text.substring(at, at + digits).matches("[0-9a-fA-F]+")) {
      throw invalid("needs " + digits + " hex digits");
    }
    at += digits;
    return Integer.parseInt(text.substring(at - digits, at), 16);
  }

  int next() {
    if (at >= text.length()) {
      throw invalid("unexpected end");
    }
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  boolean accept(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  ConstraintException invalid(String what) {
    return new ConstraintException(
        ConstraintException.Code.INVALID_REGEX,
        "",
        what + " at offset " + at + " of pattern " + text);
  }

  ConstraintException unsupported(String what) {
    return new ConstraintException(
        ConstraintException.Code.UNSUPPORTED_REGEX,
        "",
        what + " at offset " + at + " of pattern " + text);
  }
}
