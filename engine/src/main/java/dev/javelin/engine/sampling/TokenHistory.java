package dev.javelin.engine.sampling;

import java.util.Arrays;

/**
 * The last tokens of a sequence and how often each of them occurs: a ring in order of time, and a
 * table of counts with linear probing. Both grow with what they hold, up to the window, and
 * allocate nothing after that.
 */
final class TokenHistory {
  private static final int INITIAL_CAPACITY = 64;

  private final int window;
  private int[] ring = new int[INITIAL_CAPACITY];
  private int oldest;
  private int size;

  /** Slot s holds token tokens[s] if counts[s] > 0; a power of two, at most half full. */
  private int[] tokens = new int[2 * INITIAL_CAPACITY];

  private int[] counts = new int[2 * INITIAL_CAPACITY];
  private int distinct;

  TokenHistory(int window) {
    this.window = window;
  }

  void add(int token) {
    if (window == 0) {
      return;
    }
    if (size == window) {
      forget(ring[oldest]);
      oldest = oldest + 1 == ring.length ? 0 : oldest + 1;
      size--;
    } else if (size == ring.length) {
      ring = Arrays.copyOf(inOrder(), (int) Math.min(window, 2L * size));
      oldest = 0;
    }
    int end = oldest + size;
    ring[end < ring.length ? end : end - ring.length] = token;
    size++;
    count(token);
  }

  /** The tokens of the window, oldest first. */
  int[] inOrder() {
    int[] result = new int[size];
    int first = Math.min(size, ring.length - oldest);
    System.arraycopy(ring, oldest, result, 0, first);
    System.arraycopy(ring, 0, result, first, size - first);
    return result;
  }

  /** Slots to walk for all tokens of the window: those with {@link #countAt} above 0. */
  int slotCount() {
    return counts.length;
  }

  int countAt(int slot) {
    return counts[slot];
  }

  int tokenAt(int slot) {
    return tokens[slot];
  }

  private void count(int token) {
    int slot = find(token);
    if (counts[slot] == 0) {
      tokens[slot] = token;
      distinct++;
    }
    counts[slot]++;
    if (2 * distinct > counts.length) {
      grow();
    }
  }

  private void forget(int token) {
    int slot = find(token);
    if (--counts[slot] > 0) {
      return;
    }
    distinct--;
    // Close the gap: a later entry of the same run moves up unless it would then stand before its
    // home.
    int mask = counts.length - 1;
    int gap = slot;
    for (int next = slot + 1 & mask; counts[next] > 0; next = next + 1 & mask) {
      if ((next - home(tokens[next]) & mask) >= (next - gap & mask)) {
        tokens[gap] = tokens[next];
        counts[gap] = counts[next];
        counts[next] = 0;
        gap = next;
      }
    }
  }

  /** The slot of a token, or the free one where it belongs. */
  private int find(int token) {
    int slot = home(token);
    while (counts[slot] > 0 && tokens[slot] != token) {
      slot = slot + 1 & counts.length - 1;
    }
    return slot;
  }

  private int home(int token) {
    // Fibonacci hashing: the upper bits of a product with 2^32 / golden ratio spread neighbouring
    // ids.
    return token * 0x9e3779b9 >>> Integer.numberOfLeadingZeros(counts.length - 1);
  }

  private void grow() {
    int[] oldTokens = tokens;
    int[] oldCounts = counts;
    tokens = new int[2 * oldTokens.length];
    counts = new int[2 * oldCounts.length];
    for (int slot = 0; slot < oldCounts.length; slot++) {
      if (oldCounts[slot] > 0) {
        int target = find(oldTokens[slot]);
        tokens[target] = oldTokens[slot];
        counts[target] = oldCounts[slot];
      }
    }
  }
}
