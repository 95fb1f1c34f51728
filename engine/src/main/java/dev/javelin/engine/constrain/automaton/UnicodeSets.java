package dev.javelin.engine.constrain.automaton;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * The named character sets of ECMA-262 patterns. Categories and scripts are those of the running
 * JDK.
 */
final class UnicodeSets {
  static final CharSet DIGIT = CharSet.range('0', '9');
  static final CharSet WORD = CharSet.ofRanges('0', '9', 'A', 'Z', 'a', 'z', '_', '_');
  static final CharSet SPACE =
      CharSet.ofRanges(
          9, 13, 0x20, 0x20, 0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200A, 0x2028, 0x2029, 0x202F,
          0x202F, 0x205F, 0x205F, 0x3000, 0x3000, 0xFEFF, 0xFEFF);
  static final CharSet DOT = CharSet.anyOf("\n\r\u2028\u2029").complement();

  private static final Map<String, byte[]> CATEGORIES =
      Map.ofEntries(
          category(
              "L",
              Character.UPPERCASE_LETTER,
              Character.LOWERCASE_LETTER,
              Character.TITLECASE_LETTER,
              Character.MODIFIER_LETTER,
              Character.OTHER_LETTER),
          category("Lu", Character.UPPERCASE_LETTER),
          category("Ll", Character.LOWERCASE_LETTER),
          category("Lt", Character.TITLECASE_LETTER),
          category("Lm", Character.MODIFIER_LETTER),
          category("Lo", Character.OTHER_LETTER),
          category(
              "M",
              Character.NON_SPACING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.ENCLOSING_MARK),
          category("Mn", Character.NON_SPACING_MARK),
          category("Mc", Character.COMBINING_SPACING_MARK),
          category(
              "N", Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER),
          category("Nd", Character.DECIMAL_DIGIT_NUMBER),
          category("Nl", Character.LETTER_NUMBER),
          category("No", Character.OTHER_NUMBER),
          category(
              "P",
              Character.CONNECTOR_PUNCTUATION,
              Character.DASH_PUNCTUATION,
              Character.START_PUNCTUATION,
              Character.END_PUNCTUATION,
              Character.INITIAL_QUOTE_PUNCTUATION,
              Character.FINAL_QUOTE_PUNCTUATION,
              Character.OTHER_PUNCTUATION),
          category("Pc", Character.CONNECTOR_PUNCTUATION),
          category("Pd", Character.DASH_PUNCTUATION),
          category(
              "S",
              Character.MATH_SYMBOL,
              Character.CURRENCY_SYMBOL,
              Character.MODIFIER_SYMBOL,
              Character.OTHER_SYMBOL),
          category("Sc", Character.CURRENCY_SYMBOL),
          category("Sm", Character.MATH_SYMBOL),
          category(
              "Z",
              Character.SPACE_SEPARATOR,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR),
          category("Zs", Character.SPACE_SEPARATOR),
          category("Cc", Character.CONTROL));

  private static final Map<String, String> LONG_NAMES =
      Map.of(
          "letter",
          "L",
          "uppercase_letter",
          "Lu",
          "lowercase_letter",
          "Ll",
          "mark",
          "M",
          "number",
          "N",
          "decimal_number",
          "Nd",
          "punctuation",
          "P",
          "symbol",
          "S",
          "separator",
          "Z",
          "digit",
          "Nd");

  private UnicodeSets() {}

  private static Map.Entry<String, byte[]> category(String name, byte... types) {
    return Map.entry(name, types);
  }

  /**
   * A general category ({@code L}, {@code Letter}, {@code gc=Lu}) or a script ({@code
   * Script=Greek}).
   */
  static Optional<CharSet> property(String name) {
    int equals = name.indexOf('=');
    String key = equals < 0 ? "gc" : name.substring(0, equals);
    String value = name.substring(equals + 1);
    return switch (key) {
      case "gc", "General_Category" -> category(value);
      case "sc", "Script" -> script(value);
      default -> Optional.empty();
    };
  }

  private static Optional<CharSet> category(String value) {
    switch (value) {
      case "Any":
        return Optional.of(CharSet.ALL);
      case "ASCII":
        return Optional.of(CharSet.range(0, 0x7F));
      case "Alphabetic", "Alpha":
        return Optional.of(known("Alphabetic", Character::isAlphabetic));
      default:
        byte[] types =
            CATEGORIES.get(LONG_NAMES.getOrDefault(value.toLowerCase(Locale.ROOT), value));
        if (types == null) {
          return Optional.empty();
        }
        boolean[] wanted = new boolean[32];
        for (byte type : types) {
          wanted[type] = true;
        }
        return Optional.of(known(types, c -> wanted[Character.getType(c)]));
    }
  }

  private static Optional<CharSet> script(String value) {
    try {
      Character.UnicodeScript script = Character.UnicodeScript.forName(value);
      return Optional.of(known(script, c -> Character.UnicodeScript.of(c) == script));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static CharSet known(Object property, IntPredicate member) {
    return Known.SETS.computeIfAbsent(property, p -> collect(member));
  }

  /** Sets are made once: there are few properties, and each asks for a million code points. */
  private static final class Known {
    private static final Map<Object, CharSet> SETS = new ConcurrentHashMap<>();
  }

  private static CharSet collect(IntPredicate member) {
    int[] pairs = new int[4096];
    int n = 0;
    for (int c = 0; c <= CharSet.MAX; c++) {
      if (member.test(c)) {
        int lo = c;
        while (c < CharSet.MAX && member.test(c + 1)) {
          c++;
        }
        if (n == pairs.length) {
          pairs = Arrays.copyOf(pairs, 2 * n);
        }
        pairs[n++] = lo;
        pairs[n++] = c;
      }
    }
    return CharSet.ofRanges(Arrays.copyOf(pairs, n));
  }
}
