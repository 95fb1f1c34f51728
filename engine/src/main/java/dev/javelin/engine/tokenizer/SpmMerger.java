package dev.javelin.engine.tokenizer;

import java.util.Arrays;

/**
 * Merges one piece the SentencePiece way: starts from its characters and always joins the two
 * neighbours whose joint text is the token with the best score, the leftmost of equals. Short
 * pieces look for the best by scanning, long ones keep the candidates in a heap: O(n log n). Holds
 * scratch memory: not thread-safe.
 */
final class SpmMerger {
  private static final int SCAN_LIMIT = 64; // characters; above it the heap wins
  private static final int NO_RANK = Integer.MAX_VALUE;

  private final TokenIndex tokens;
  private final int[] ranks; // by id, 0 for the best score; equal scores have equal ranks
  private final int longestToken; // bytes

  private byte[] bytes;
  private int[] starts =
      new int[SCAN_LIMIT + 1]; // of the symbols; where they end is where the next one starts
  private int[] pairRanks = new int[SCAN_LIMIT + 1]; // of symbol i joined with the next one
  private int[] next = new int[0]; // heap form: neighbours of i; n = none
  private int[] previous = new int[0];
  private MinHeap heap;

  SpmMerger(TokenIndex tokens, int[] ranks, int longestToken) {
    this.tokens = tokens;
    this.ranks = ranks;
    this.longestToken = longestToken;
  }

  /**
   * Merges {@code bytes[from, to)}.
   *
   * @return the number of parts that are left; part i is {@code bytes[partStart(i), partStart(i +
   *     1))}
   */
  int merge(Utf8Text text, int from, int to) {
    bytes = text.bytes();
    int n = 0;
    for (int i = from; i < to; i = text.next(i)) {
      if (n + 1 >= starts.length) {
        starts = Arrays.copyOf(starts, 2 * n + 2);
      }
      starts[n++] = i;
    }
    starts[n] = to;
    if (pairRanks.length < starts.length) {
      pairRanks = new int[starts.length];
    }
    return n <= SCAN_LIMIT ? mergeByScanning(n) : mergeByHeap(n);
  }

  int partStart(int index) {
    return starts[index];
  }

  private int rank(int from, int to) {
    if (to - from > longestToken) {
      return NO_RANK;
    }
    int id = tokens.find(bytes, from, to);
    return id == TokenIndex.ABSENT ? NO_RANK : ranks[id];
  }

  private int mergeByScanning(int n) {
    for (int i = 0; i + 1 < n; i++) {
      pairRanks[i] = rank(starts[i], starts[i + 2]);
    }
    while (n > 1) {
      int best = 0;
      for (int i = 1; i + 1 < n; i++) {
        if (pairRanks[i] < pairRanks[best]) {
          best = i;
        }
      }
      if (pairRanks[best] == NO_RANK) {
        break;
      }
      // symbol best + 1 goes: its start, and the place of its rank
      System.arraycopy(starts, best + 2, starts, best + 1, n - best - 1);
      System.arraycopy(pairRanks, best + 1, pairRanks, best, n - best - 1);
      n--;
      if (best + 1 < n) {
        pairRanks[best] = rank(starts[best], starts[best + 2]);
      }
      if (best > 0) {
        pairRanks[best - 1] = rank(starts[best - 1], starts[best + 1]);
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
      if (pairRanks[left] != (int) (entry >>> 32)) {
        continue;
      }
      int gone = next[left];
      pairRanks[gone] = NO_RANK;
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
      starts[count++] = starts[i]; // count <= i
    }
    starts[count] = starts[n];
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
    int rank = right < n ? rank(starts[left], starts[next[right]]) : NO_RANK;
    pairRanks[left] = rank;
    if (rank != NO_RANK) {
      heap.add((long) rank << 32 | left);
    }
  }
}
