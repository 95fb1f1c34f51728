package dev.javelin.engine.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * A text as well-formed UTF-8 with the questions that scanners ask. Positions are byte indexes at
 * the beginning of a character. A surrogate without its partner, which UTF-8 cannot hold, counts as
 * U+FFFD.
 */
final class Utf8Text {
  private final byte[] bytes;

  Utf8Text(String text) {
    this(encode(text));
  }

  /** Takes bytes that are known to be well-formed. */
  Utf8Text(byte[] wellFormed) {
    bytes = wellFormed;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return bytes.length;
  }

  /** The bits of {@link CharClass} of the character at i. */
  int classes(int i) {
    byte b = bytes[i];
    return b >= 0 ? CharClass.ofAscii(b) : CharClass.of(codePoint(i));
  }

  /** Where the character after the one at i begins. */
  int next(int i) {
    byte b = bytes[i];
    if (b >= 0) {
      return i + 1;
    }
    // the number of leading ones of the first byte is the length of the sequence
    return i + Integer.numberOfLeadingZeros(~(b << 24));
  }

  /** Where the character before position i begins. */
  int previous(int i) {
    do {
      i--;
    } while ((bytes[i] & 0xC0) == 0x80);
    return i;
  }

  int codePoint(int i) {
    int b = bytes[i];
    if (b >= 0) {
      return b;
    }
    if (b < (byte) 0xE0) { // 110xxxxx
      return (b & 0x1F) << 6 | bytes[i + 1] & 0x3F;
    }
    if (b < (byte) 0xF0) { // 1110xxxx
      return (b & 0x0F) << 12 | (bytes[i + 1] & 0x3F) << 6 | bytes[i + 2] & 0x3F;
    }
    return (b & 0x07) << 18
        | (bytes[i + 1] & 0x3F) << 12
        | (bytes[i + 2] & 0x3F) << 6
        | bytes[i + 3] & 0x3F;
  }

  /** The end of the run of characters from i that have one of these classes. */
  int skip(int i, int to, int classes) {
    while (i < to && (classes(i) & classes) != 0) {
      i = next(i);
    }
    return i;
  }

  /** The end of the run of characters from i that have none of these classes. */
  int skipOthers(int i, int to, int classes) {
    while (i < to && (classes(i) & classes) == 0) {
      i = next(i);
    }
    return i;
  }

  private static byte[] encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 < text.length()
            && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          i++;
        } else {
          return replaceLoneSurrogates(text).getBytes(StandardCharsets.UTF_8);
        }
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String replaceLoneSurrogates(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c ->
                clean.appendCodePoint(
                    c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c));
    return clean.toString();
  }
}
