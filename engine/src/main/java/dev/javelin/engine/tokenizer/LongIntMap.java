package dev.javelin.engine.tokenizer;

import java.util.Arrays;

/**
 * A map of non-negative long keys to ints: open addressing in two arrays, at most half full. Never
 * shrinks.
 */
final class LongIntMap {
  /** What {@link #get} answers for a key that is not there. */
  static final int ABSENT = -1;

  private static final long FREE = -1;

  private long[] keys;
  private int[] values;
  private int size;

  LongIntMap(int expectedSize) {
    int capacity = Math.max(16, Integer.highestOneBit(Math.max(1, expectedSize)) * 4);
    keys = new long[capacity];
    Arrays.fill(keys, FREE);
    values = new int[capacity];
  }

  int get(long key) {
    int mask = keys.length - 1;
    for (int slot = hash(key) & mask; ; slot = (slot + 1) & mask) {
      long found = keys[slot];
      if (found == key) {
        return values[slot];
      }
      if (found == FREE) {
        return ABSENT;
      }
    }
  }

  /** Adds the key unless it is there already; says whether it was added. */
  boolean putIfAbsent(long key, int value) {
    if (2 * size >= keys.length) {
      grow();
    }
    int mask = keys.length - 1;
    for (int slot = hash(key) & mask; ; slot = (slot + 1) & mask) {
      if (keys[slot] == key) {
        return false;
      }
      if (keys[slot] == FREE) {
        keys[slot] = key;
        values[slot] = value;
        size++;
        return true;
      }
    }
  }

  int size() {
    return size;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    Arrays.fill(keys, FREE);
    values = new int[keys.length];
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != FREE) {
        putIfAbsent(oldKeys[i], oldValues[i]);
      }
    }
  }

  /** Fibonacci hashing: the high bits of the product depend on all bits of the key. */
  private static int hash(long key) {
    return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32);
  }
}
