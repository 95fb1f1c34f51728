package dev.javelin.engine.tokenizer;

import java.util.Arrays;

/**
 * Finds the id of a token by its bytes: an open-addressing table over the strings of a {@link
 * ByteStrings}.
 */
final class TokenIndex {
  /** What {@link #find} answers when no token has these bytes. */
  static final int ABSENT = -1;

  private static final long FREE = -1;

  private final ByteStrings tokens;
  private final long[] slots; // hash << 32 | id, or FREE; at most half full

  TokenIndex(ByteStrings tokens) {
    this.tokens = tokens;
    slots = new long[Math.max(16, Integer.highestOneBit(Math.max(1, tokens.size())) * 4)];
    Arrays.fill(slots, FREE);
  }

  /** Makes a token known. Of two tokens with equal bytes the first one stays. */
  void add(int id) {
    int hash = hash(tokens.bytes(), tokens.start(id), tokens.end(id));
    int mask = slots.length - 1;
    for (int slot = hash & mask; ; slot = (slot + 1) & mask) {
      long entry = slots[slot];
      if (entry == FREE) {
        slots[slot] = (long) hash << 32 | id;
        return;
      }
      if ((int) (entry >> 32) == hash
          && same((int) entry, tokens.bytes(), tokens.start(id), tokens.end(id))) {
        return;
      }
    }
  }

  int find(byte[] bytes, int from, int to) {
    return find(bytes, from, to, hash(bytes, from, to));
  }

  /** The same for a caller that has the {@link #hash} already. */
  int find(byte[] bytes, int from, int to, int hash) {
    int mask = slots.length - 1;
    for (int slot = hash & mask; ; slot = (slot + 1) & mask) {
      long entry = slots[slot];
      if (entry == FREE) {
        return ABSENT;
      }
      if ((int) (entry >> 32) == hash && same((int) entry, bytes, from, to)) {
        return (int) entry;
      }
    }
  }

  private boolean same(int id, byte[] bytes, int from, int to) {
    return Arrays.equals(tokens.bytes(), tokens.start(id), tokens.end(id), bytes, from, to);
  }

  /** A polynomial of the bytes, stirred so that its low bits are good. */
  static int hash(byte[] bytes, int from, int to) {
    int h = to - from;
    for (int i = from; i < to; i++) {
      h = 31 * h + bytes[i];
    }
    h *= 0x9E3779B9;
    return h ^ (h >>> 15);
  }
}
