package dev.javelin.engine.tokenizer;

import java.util.Arrays;

/**
 * Remembers the ids of recent pieces: one entry for each slot of a fixed table, the latest stays.
 * Shared by threads without locks: an entry is immutable and complete, so a race only loses one.
 */
final class PieceCache {
  private static final int SLOTS = 1 << 14;
  private static final int LONGEST = 64; // bytes; longer pieces do not come back

  private final Entry[] entries = new Entry[SLOTS];

  /** The ids, or null if the piece is not there. */
  int[] get(byte[] bytes, int from, int to, int hash) {
    Entry entry = entries[hash & SLOTS - 1];
    boolean same =
        entry != null && Arrays.equals(entry.piece, 0, entry.piece.length, bytes, from, to);
    return same ? entry.ids : null;
  }

  void put(byte[] bytes, int from, int to, int hash, int[] ids) {
    if (to - from <= LONGEST) {
      entries[hash & SLOTS - 1] = new Entry(Arrays.copyOfRange(bytes, from, to), ids);
    }
  }

  /** Final fields: safe to publish by a data race. */
  private record Entry(byte[] piece, int[] ids) {}
}
