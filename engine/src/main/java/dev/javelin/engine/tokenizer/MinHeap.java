package dev.javelin.engine.tokenizer;

import java.util.Arrays;

/** A binary heap of longs, the smallest first. */
final class MinHeap {
  private long[] entries;
  private int size;

  MinHeap(int capacity) {
    entries = new long[Math.max(16, capacity)];
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(long entry) {
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size + (size >> 1));
    }
    int i = size++;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (entries[parent] <= entry) {
        break;
      }
      entries[i] = entries[parent];
      i = parent;
    }
    entries[i] = entry;
  }

  /** Takes the smallest entry out; the heap must not be empty. */
  long poll() {
    long smallest = entries[0];
    long moved = entries[--size];
    int i = 0;
    for (int child = 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && entries[child + 1] < entries[child]) {
        child++;
      }
      if (entries[child] >= moved) {
        break;
      }
      entries[i] = entries[child];
      i = child;
    }
    entries[i] = moved;
    return smallest;
  }
}
