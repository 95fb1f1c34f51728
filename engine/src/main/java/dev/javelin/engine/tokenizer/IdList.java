package dev.javelin.engine.tokenizer;

import java.util.Arrays;

/** A growing list of token ids. */
final class IdList {
  private int[] ids;
  private int size;

  IdList(int capacity) {
    ids = new int[Math.max(16, capacity)];
  }

  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size + (size >> 1));
    }
    ids[size++] = id;
  }

  void addAll(int[] source) {
    if (source.length > ids.length - size) {
      ids = Arrays.copyOf(ids, Math.max(size + source.length, size + (size >> 1)));
    }
    System.arraycopy(source, 0, ids, size, source.length);
    size += source.length;
  }

  int size() {
    return size;
  }

  int[] toArray() {
    return Arrays.copyOf(ids, size);
  }

  int[] toArray(int from) {
    return Arrays.copyOfRange(ids, from, size);
  }
}
