package dev.javelin.engine.sampling;

/**
 * The k largest of many scores, best first, the lower id first among equals. A heap of k with the
 * worst at the root: almost all of a vocabulary fails the one comparison with the root.
 */
final class TopSelection {
  private final int[] ids;
  private final float[] scores;
  private int size;

  TopSelection(int capacity) {
    ids = new int[capacity];
    scores = new float[capacity];
  }

  int capacity() {
    return ids.length;
  }

  /** Selects at most {@code k} of scores[offset .. offset + count); NaN is never among them. */
  void select(float[] source, int offset, int count, int k) {
    size = 0;
    int wanted = Math.min(k, count);
    int id = 0;
    for (; id < count && size < wanted; id++) {
      if (!Float.isNaN(source[offset + id])) {
        add(id, source[offset + id]);
      }
    }
    if (wanted > 0) {
      // Ids ascend, so an equal score comes too late: only a larger one replaces the root.
      for (; id < count; id++) {
        if (source[offset + id] > scores[0]) {
          ids[0] = id;
          scores[0] = source[offset + id];
          siftDown(0, size);
        }
      }
    }
    sort();
  }

  int size() {
    return size;
  }

  int id(int rank) {
    return ids[rank];
  }

  float score(int rank) {
    return scores[rank];
  }

  private void add(int id, float score) {
    int child = size++;
    ids[child] = id;
    scores[child] = score;
    while (child > 0 && worse(child, (child - 1) / 2)) {
      swap(child, (child - 1) / 2);
      child = (child - 1) / 2;
    }
  }

  /** The worst goes to the end, again and again: what is left is best first. */
  private void sort() {
    for (int end = size - 1; end > 0; end--) {
      swap(0, end);
      siftDown(0, end);
    }
  }

  private void siftDown(int start, int end) {
    int parent = start;
    for (int child = 2 * parent + 1; child < end; child = 2 * parent + 1) {
      if (child + 1 < end && worse(child + 1, child)) {
        child++;
      }
      if (!worse(child, parent)) {
        return;
      }
      swap(child, parent);
      parent = child;
    }
  }

  private boolean worse(int a, int b) {
    return scores[a] < scores[b] || (scores[a] == scores[b] && ids[a] > ids[b]);
  }

  private void swap(int a, int b) {
    int id = ids[a];
    float score = scores[a];
    ids[a] = ids[b];
    scores[a] = scores[b];
    ids[b] = id;
    scores[b] = score;
  }
}
