package dev.javelin.engine.tokenizer;

import java.util.Arrays;

/**
 * The printable alphabet in which byte-level vocabularies are stored: each of the 256 bytes has one
 * character. The 188 bytes that are printable in Latin-1 (33-126, 161-172, 174-255) stand for
 * themselves, the others for U+0100, U+0101, ... in order; so a space is written as U+0120. From
 * the GPT-2 paper's code.
 */
final class ByteAlphabet {
  private static final int NOT_A_BYTE = -1;
  private static final int[] BYTE_OF_CHAR = new int[256 + 68];

  static {
    Arrays.fill(BYTE_OF_CHAR, NOT_A_BYTE);
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= 33 && b <= 126 || b >= 161 && b <= 172 || b >= 174;
      BYTE_OF_CHAR[printable ? b : next++] = b;
    }
  }

  private ByteAlphabet() {}

  /**
   * Turns the stored form (UTF-8) into the bytes it stands for, written at {@code
   * target[offset..]}.
   *
   * @return where they end, or -1 if a character does not belong to the alphabet
   */
  static int decode(byte[] stored, int from, int to, byte[] target, int offset) {
    int count = offset;
    for (int i = from; i < to; ) {
      int lead = stored[i++] & 0xFF;
      int c = lead;
      if (lead >= 0x80) { // all of the alphabet is below U+0800: one continuation byte
        if (lead < 0xC2 || lead > 0xDF || i == to || (stored[i] & 0xC0) != 0x80) {
          return -1;
        }
        c = (lead & 0x1F) << 6 | stored[i++] & 0x3F;
      }
      if (c >= BYTE_OF_CHAR.length || BYTE_OF_CHAR[c] == NOT_A_BYTE) {
        return -1;
      }
      target[count++] = (byte) BYTE_OF_CHAR[c];
    }
    return count;
  }

  /** The stored form of these bytes. */
  static String encode(byte[] bytes) {
    char[] charOfByte = new char[256];
    for (char c = 0; c < BYTE_OF_CHAR.length; c++) {
      if (BYTE_OF_CHAR[c] != NOT_A_BYTE) {
        charOfByte[BYTE_OF_CHAR[c]] = c;
      }
    }
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      text.append(charOfByte[b & 0xFF]);
    }
    return text.toString();
  }
}
