package dev.javelin.engine.tokenizer;

import static dev.javelin.engine.tokenizer.MergeTable.NO_RANK;

/**
 * Merges one piece: starts from its bytes and always replaces the pair of neighbours with the
 * lowest rank, the leftmost of equals, until no pair has a rank. Short pieces look for the minimum
 * by scanning; long ones keep the pairs in a heap, so that a piece of n bytes takes O(n log n).
 * Holds scratch memory: not thread-safe.
 */
final class BpeMerger {
  private static final int SCAN_LIMIT = 64; // above it the heap wins

  private final MergeTable merges;
  private final int[] idOfByte; // [256], -1 for a byte that is no token
  private int[] ids = new int[SCAN_LIMIT];
  private int[] ranks = new int[SCAN_LIMIT]; // of the pair (i, its right neighbour)
  private int[] next = new int[0]; // heap form: neighbours of i; n = none
  private int[] previous = new int[0];
  private MinHeap heap;

  BpeMerger(MergeTable merges, int[] idOfByte) {
    this.merges = merges;
    this.idOfByte = idOfByte;
  }

  /**
   * Merges {@code bytes[from, to)}.
   *
   * @return how many parts are left: {@code part(0) .. part(count - 1)}
   */
  int merge(byte[] bytes, int from, int to) {
    int n = to - from;
    if (ids.length < n) {
      ids = new int[n];
      ranks = new int[n];
    }
    for (int i = 0; i < n; i++) {
      ids[i] = idOfByte[bytes[from + i] & 0xFF];
    }
    return n <= SCAN_LIMIT ? mergeByScanning(n) : mergeByHeap(n);
  }

  /**
   * A part of the last merged piece: a token id, or -1 for a byte that the vocabulary does not
   * have.
   */
  int part(int index) {
    return ids[index];
  }

  private int mergeByScanning(int n) {
    for (int i = 0; i + 1 < n; i++) {
      ranks[i] = merges.rank(ids[i], ids[i + 1]);
    }
    while (n > 1) {
      int best = 0;
      for (int i = 1; i + 1 < n; i++) {
        if (ranks[i] < ranks[best]) {
          best = i;
        }
      }
      if (ranks[best] == NO_RANK) {
        break;
      }
      ids[best] = merges.merged(ranks[best]);
      n--;
      System.arraycopy(ids, best + 2, ids, best + 1, n - best - 1);
      if (best + 1 < n) {
        System.arraycopy(ranks, best + 2, ranks, best + 1, n - best - 2);
        ranks[best] = merges.rank(ids[best], ids[best + 1]);
      }
      if (best > 0) {
        ranks[best - 1] = merges.rank(ids[best - 1], ids[best]);
      }
    }
    return n;
  }

  /**
   * Entries of the heap are rank << 32 | position; one whose position no longer has that rank is
   * stale.
   */
  private int mergeByHeap(int n) {
    link(n);
    while (!heap.isEmpty()) {
      long entry = heap.poll();
      int left = (int) entry;
      int rank = (int) (entry >>> 32);
      if (ranks[left] != rank) {
        continue;
      }
      ids[left] = merges.merged(rank);
      int gone = next[left];
      ranks[gone] = NO_RANK;
      next[left] = next[gone];
      if (next[left] < n) {
        previous[next[left]] = left;
      }
      rankPair(left, n);
      if (previous[left] >= 0) {
        rankPair(previous[left], n);
      }
    }
    int count = 0;
    for (int i = 0; i < n; i = next[i]) {
      ids[count++] = ids[i]; // count <= i
    }
    return count;
  }

  private void link(int n) {
    if (next.length < n) {
      next = new int[n];
      previous = new int[n];
    }
    heap = new MinHeap(n);
    for (int i = 0; i < n; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    for (int i = 0; i < n; i++) {
      rankPair(i, n);
    }
  }

  private void rankPair(int left, int n) {
    int right = next[left];
    int rank = right < n ? merges.rank(ids[left], ids[right]) : NO_RANK;
    ranks[left] = rank;
    if (rank != NO_RANK) {
      heap.add((long) rank << 32 | left);
    }
  }
}
