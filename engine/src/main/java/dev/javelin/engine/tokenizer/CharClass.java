package dev.javelin.engine.tokenizer;

/**
 * Which of the regular-expression classes of pre-tokenizers a character belongs to, as a set of
 * bits. White space is Unicode's White_Space, not Java's: the no-break space counts, the ASCII
 * separators 28-31 do not.
 */
final class CharClass {
  static final int UPPER = 1; // Lu, Lt
  static final int LOWER = 1 << 1; // Ll
  static final int OTHER_LETTER = 1 << 2; // Lm, Lo
  static final int MARK = 1 << 3; // M
  static final int NUMBER = 1 << 4; // N
  static final int SPACE = 1 << 5; // \s
  static final int PUNCTUATION = 1 << 6; // P
  static final int SYMBOL = 1 << 7; // S
  static final int LINE_END = 1 << 8; // \r \n
  static final int ASCII_DIGIT = 1 << 9; // 0-9
  static final int EXTRA = 1 << 10; // $ + < = > ^ | ~, which some tokenizers treat as punctuation

  static final int LETTER = UPPER | LOWER | OTHER_LETTER;

  private static final short[] ASCII = new short[128];
  private static final int[] OF_TYPE = new int[32];

  static {
    OF_TYPE[Character.UPPERCASE_LETTER] = UPPER;
    OF_TYPE[Character.TITLECASE_LETTER] = UPPER;
    OF_TYPE[Character.LOWERCASE_LETTER] = LOWER;
    OF_TYPE[Character.MODIFIER_LETTER] = OTHER_LETTER;
    OF_TYPE[Character.OTHER_LETTER] = OTHER_LETTER;
    OF_TYPE[Character.NON_SPACING_MARK] = MARK;
    OF_TYPE[Character.COMBINING_SPACING_MARK] = MARK;
    OF_TYPE[Character.ENCLOSING_MARK] = MARK;
    OF_TYPE[Character.DECIMAL_DIGIT_NUMBER] = NUMBER;
    OF_TYPE[Character.LETTER_NUMBER] = NUMBER;
    OF_TYPE[Character.OTHER_NUMBER] = NUMBER;
    OF_TYPE[Character.SPACE_SEPARATOR] = SPACE;
    OF_TYPE[Character.LINE_SEPARATOR] = SPACE;
    OF_TYPE[Character.PARAGRAPH_SEPARATOR] = SPACE;
    for (int type :
        new int[] {
          Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION
        }) {
      OF_TYPE[type] = PUNCTUATION;
    }
    for (int type :
        new int[] {
          Character.MATH_SYMBOL,
          Character.CURRENCY_SYMBOL,
          Character.MODIFIER_SYMBOL,
          Character.OTHER_SYMBOL
        }) {
      OF_TYPE[type] = SYMBOL;
    }
    for (int c = 0; c < 128; c++) {
      int classes = OF_TYPE[Character.getType(c)];
      if (c >= 9 && c <= 13) {
        classes |= SPACE;
      }
      if (c == '\r' || c == '\n') {
        classes |= LINE_END;
      }
      if (c >= '0' && c <= '9') {
        classes |= ASCII_DIGIT;
      }
      if ("$+<=>^|~".indexOf(c) >= 0) {
        classes |= EXTRA;
      }
      ASCII[c] = (short) classes;
    }
  }

  private CharClass() {}

  static int ofAscii(int c) {
    return ASCII[c];
  }

  static int of(int codePoint) {
    if (codePoint < 128) {
      return ASCII[codePoint];
    }
    int classes = OF_TYPE[Character.getType(codePoint)];
    if (codePoint == 0x85) {
      classes |= SPACE;
    }
    return classes;
  }
}
