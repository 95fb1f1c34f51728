package dev.javelin.engine.prompt.jinja;

import java.util.function.IntPredicate;

/**
 * Methods of strings that ask what their characters are; each is false for an empty string, but for
 * isascii.
 */
final class StrTests {
  private StrTests() {}

  static Callable find(Str text, String name) {
    IntPredicate test =
        switch (name) {
          case "isdigit", "isdecimal", "isnumeric" -> Character::isDigit;
          case "isalpha" -> Character::isLetter;
          case "isalnum" -> Character::isLetterOrDigit;
          case "isspace" -> PyChars::isSpace;
          case "isascii" -> c -> c < 0x80;
          case "isprintable" -> PyChars::isPrintable;
          default -> null;
        };
    if (test != null) {
      boolean whenEmpty = name.equals("isascii") || name.equals("isprintable");
      return arguments -> text.isEmpty() ? whenEmpty : text.text().codePoints().allMatch(test);
    }
    return switch (name) {
      case "islower" -> arguments -> isCased(text, Character::isLowerCase, Character::isUpperCase);
      case "isupper" -> arguments -> isCased(text, Character::isUpperCase, Character::isLowerCase);
      default -> null;
    };
  }

  /** Whether some characters are of this case and none of the other. */
  static boolean isCased(Str text, IntPredicate wanted, IntPredicate other) {
    return text.text().codePoints().anyMatch(wanted) && text.text().codePoints().noneMatch(other);
  }
}
