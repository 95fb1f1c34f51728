package dev.javelin.engine.tokenizer;

/**
 * Bytes to text as they come. Holds an incomplete sequence back until the bytes that complete it
 * arrive; each maximal prefix of a sequence that turns out invalid becomes one U+FFFD, as the
 * Unicode standard recommends. Not thread-safe.
 */
public final class Utf8Stream {
  private static final char REPLACEMENT = '\uFFFD';

  private int needed; // continuation bytes still missing, 0 between characters
  private int codePoint; // its bits so far
  private int lowest = 0x80; // what the next continuation byte may be
  private int highest = 0xBF;

  /** A stream that holds nothing back yet. */
  public Utf8Stream() {}

  /** The characters that these bytes complete; may be empty. */
  public String accept(byte[] bytes) {
    return accept(bytes, 0, bytes.length);
  }

  public String accept(byte[] bytes, int offset, int length) {
    StringBuilder text = new StringBuilder(length + 1);
    accept(bytes, offset, length, text);
    return text.toString();
  }

  void accept(byte[] bytes, int offset, int length, StringBuilder text) {
    for (int i = offset; i < offset + length; i++) {
      int b = bytes[i] & 0xFF;
      if (needed > 0) {
        if (b >= lowest && b <= highest) {
          proceed(b, text);
          continue;
        }
        needed = 0;
        text.append(REPLACEMENT); // and look at b again, as a first byte
      }
      begin(b, text);
    }
  }

  /**
   * Ends the text: U+FFFD if the last sequence is incomplete, else nothing. Ready for another text
   * afterwards.
   */
  public String end() {
    boolean incomplete = needed > 0;
    needed = 0;
    return incomplete ? String.valueOf(REPLACEMENT) : "";
  }

  /** Whether bytes are held back. */
  public boolean isPending() {
    return needed > 0;
  }

  /**
   * A first byte; the limits of the second exclude overlong forms, surrogates and what is above
   * U+10FFFF.
   */
  private void begin(int b, StringBuilder text) {
    lowest = 0x80;
    highest = 0xBF;
    if (b < 0x80) {
      text.append((char) b);
    } else if (b >= 0xC2 && b <= 0xDF) {
      needed = 1;
      codePoint = b & 0x1F;
    } else if (b >= 0xE0 && b <= 0xEF) {
      needed = 2;
      codePoint = b & 0x0F;
      lowest = b == 0xE0 ? 0xA0 : 0x80;
      highest = b == 0xED ? 0x9F : 0xBF;
    } else if (b >= 0xF0 && b <= 0xF4) {
      needed = 3;
      codePoint = b & 0x07;
      lowest = b == 0xF0 ? 0x90 : 0x80;
      highest = b == 0xF4 ? 0x8F : 0xBF;
    } else {
      text.append(REPLACEMENT);
    }
  }

  private void proceed(int b, StringBuilder text) {
    codePoint = codePoint << 6 | b & 0x3F;
    lowest = 0x80;
    highest = 0xBF;
    if (--needed == 0) {
      text.appendCodePoint(codePoint);
    }
  }
}
