package dev.javelin.kvcache;

import java.util.Arrays;

/**
 * The tokens of one sequence and, for each whole block of them, the serial number under which the
 * prefix index knows that block and all before it.
 */
final class TokenTrail {
  /** Serial of a block that the index has no entry for. */
  static final long UNKNOWN = -1;

  private int[] ids = new int[32];
  private long[] serials = new long[4];
  private int length;

  int length() {
    return length;
  }

  int[] ids() {
    return ids;
  }

  void append(int[] source, int from, int count) {
    if (ids.length - length < count) {
      ids =
          Arrays.copyOf(
              ids,
              Math.max(Math.addExact(length, count), Math.addExact(ids.length, ids.length / 2)));
    }
    System.arraycopy(source, from, ids, length, count);
    length += count;
  }

  void truncate(int newLength) {
    length = newLength;
  }

  /** Serial of the block before logical block {@code block}; 0 = the beginning. */
  long parent(int block) {
    return block == 0 ? 0 : serials[block - 1];
  }

  void setSerial(int block, long serial) {
    if (block >= serials.length) {
      serials = Arrays.copyOf(serials, 2 * block);
    }
    serials[block] = serial;
  }

  TokenTrail copy() {
    TokenTrail copy = new TokenTrail();
    copy.ids = Arrays.copyOf(ids, Math.max(length, 32));
    copy.serials = serials.clone();
    copy.length = length;
    return copy;
  }
}
