package dev.javelin.kvcache;

import java.util.Arrays;

/**
 * One sequence's block ids in one group, by logical block: entry i holds the tokens from i *
 * blockTokens. Entries before {@link #first} have been given back because no window reaches them
 * any more.
 */
final class BlockTable {
  private int[] ids = new int[8];
  private int first;
  private int end;
  private int version; // changes with every change of the table

  /** First logical block that is held. */
  int first() {
    return first;
  }

  /** One past the last logical block that is held. */
  int end() {
    return end;
  }

  int version() {
    return version;
  }

  int id(int logical) {
    assert logical >= first && logical < end : logical + " is not in [" + first + ", " + end + ")";
    return ids[logical];
  }

  /**
   * How many of the logical blocks [from, end) lie one behind the other in the pool, counted from
   * {@code from}.
   */
  int runLength(int from, int end) {
    int run = 1;
    while (from + run < end && ids[from + run] == ids[from] + run) {
      run++;
    }
    return run;
  }

  void append(int id) {
    if (end == ids.length) {
      ids = Arrays.copyOf(ids, 2 * end);
    }
    ids[end++] = id;
    version++;
  }

  /**
   * Puts the ids from a logical block on into ascending order, while their blocks are still empty:
   * neighbours in the pool are then neighbours here, and are copied together. One long copy is a
   * third faster than many of a block each.
   */
  void sortFrom(int logical) {
    Arrays.sort(ids, logical, end);
    version++;
  }

  void replace(int logical, int id) {
    ids[logical] = id;
    version++;
  }

  /** Forgets the first held block and returns its id. */
  int removeFirst() {
    version++;
    return ids[first++];
  }

  /** Forgets the last held block and returns its id. */
  int removeLast() {
    version++;
    return ids[--end];
  }

  /** Lets an empty table begin at a later logical block. */
  void startAt(int logical) {
    assert first == end : "the table is not empty";
    ids = logical > ids.length ? Arrays.copyOf(ids, logical + 8) : ids;
    first = logical;
    end = logical;
    version++;
  }
}
