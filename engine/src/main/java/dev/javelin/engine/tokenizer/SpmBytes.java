package dev.javelin.engine.tokenizer;

import java.util.Arrays;

/**
 * What SentencePiece tokens stand for: byte tokens are stored as {@code <0x0A>}, in the others
 * U+2581 is a space.
 */
final class SpmBytes {
  private static final int NOT_A_BYTE = -1;

  private SpmBytes() {}

  /** The id of the token for each byte, -1 where there is none. */
  static int[] ids(ByteStrings stored, int[] kinds) {
    int[] ids = new int[256];
    Arrays.fill(ids, -1);
    for (int id = 0; id < stored.size(); id++) {
      int value = kinds[id] == TokenKind.BYTE.ggufId() ? value(stored, id) : NOT_A_BYTE;
      if (value != NOT_A_BYTE && ids[value] < 0) {
        ids[value] = id;
      }
    }
    return ids;
  }

  /** The bytes of each token; control tokens as they are. */
  static ByteStrings unescape(ByteStrings stored, int[] kinds) {
    ByteStrings.Builder bytes = new ByteStrings.Builder(stored.size(), stored.bytes().length);
    byte[] buffer = new byte[64];
    for (int id = 0; id < stored.size(); id++) {
      int start = stored.start(id);
      int end = stored.end(id);
      if (buffer.length < end - start) {
        buffer = new byte[2 * (end - start)];
      }
      int value = kinds[id] == TokenKind.BYTE.ggufId() ? value(stored, id) : NOT_A_BYTE;
      if (value != NOT_A_BYTE) {
        buffer[0] = (byte) value;
        bytes.add(buffer, 0, 1);
      } else if (kinds[id] == TokenKind.CONTROL.ggufId()) {
        bytes.add(stored.bytes(), start, end);
      } else {
        bytes.add(buffer, 0, SpmEncoder.unescape(stored.bytes(), start, end, buffer));
      }
    }
    return bytes.build();
  }

  /** The value of {@code <0xHH>}. */
  private static int value(ByteStrings stored, int id) {
    String text = stored.text(id);
    if (text.length() != 6 || !text.startsWith("<0x") || text.charAt(5) != '>') {
      throw new TokenizerException(
          Tokenizers.TOKENS,
          "a byte token is written <0xHH>: token=" + id + ", text='" + text + "'");
    }
    int high = Character.digit(text.charAt(3), 16);
    int low = Character.digit(text.charAt(4), 16);
    if (high < 0 || low < 0) {
      throw new TokenizerException(
          Tokenizers.TOKENS,
          "a byte token is written <0xHH>: token=" + id + ", text='" + text + "'");
    }
    return 16 * high + low;
  }
}
