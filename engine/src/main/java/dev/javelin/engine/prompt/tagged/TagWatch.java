package dev.javelin.engine.prompt.tagged;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Looks for a tag in the bytes of a text that grows, however tokens cut it. */
final class TagWatch {
  private final byte[] tag;
  private final TagTokens tokens;
  private int matched; // bytes of the tag that the text ends with

  TagWatch(String tag, TagTokens tokens) {
    this.tag = tag.getBytes(StandardCharsets.UTF_8);
    this.tokens = tokens;
  }

  /** Reads bytes until the tag is complete; returns what stands behind it, null if it is not. */
  byte[] read(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      matched = after(matched, bytes[i]);
      if (matched == tag.length) {
        matched = 0;
        return Arrays.copyOfRange(bytes, i + 1, bytes.length);
      }
    }
    return null;
  }

  /** Whether a text that goes on behind the tag with these bytes is allowed. */
  interface Rest {
    boolean isAllowed(byte[] bytes);
  }

  /**
   * Takes the scores of tokens that would complete the tag and go on in a way that is not allowed.
   */
  void restrict(float[] logits, int offset, Rest rest) {
    for (int token : matched > 0 ? tokens.ending() : tokens.whole()) {
      byte[] behind = peek(tokens.bytes(token));
      if (behind != null && !rest.isAllowed(behind)) {
        logits[offset + token] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private byte[] peek(byte[] bytes) {
    int before = matched;
    byte[] behind = read(bytes);
    matched = before;
    return behind;
  }

  /** The longest beginning of the tag that ends with this byte: only its first byte is '<'. */
  private int after(int state, byte b) {
    return b == tag[state] ? state + 1 : b == tag[0] ? 1 : 0;
  }
}
