package dev.javelin.kvcache;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The blocks of one layer group: one piece of off-heap memory cut into blocks of equal size, with a
 * reference count each. A block is in one of three states:
 *
 * <pre>
 *   in use   references > 0
 *   cached   references = 0, but the prefix index knows its contents: on the list of evictable blocks
 *   empty    references = 0, contents worthless: on the free stack
 * </pre>
 *
 * <p>New blocks come from the free stack first, then from the front of the evictable list. Knows
 * nothing of sequences. Used by one thread.
 */
final class BlockPool {
  private static final long ALIGNMENT_BYTES = 64;
  private static final int NONE = PrefixIndex.NONE;

  private final int group;
  private final long blockBytes;
  private final MemorySegment memory;
  private final PrefixIndex index;
  private final int[] references; // [blocks]
  private final int[] entries; // [blocks]: the prefix index's entry for the block, or NONE
  private final boolean[] wanted; // [blocks]: found by a prefix at least once since it was filled
  private final int[] free; // a stack of block ids
  private final int[]
      previous; // [blocks + 1]: the evictable list; its last element is the list's head
  private final int[] next;
  private int freeCount;
  private int cachedCount;
  private int sharedCount;
  private long givenBack;
  private long evictions;
  private long copies;

  BlockPool(Arena arena, int group, long blockBytes, int blockCount, PrefixIndex index) {
    this.group = group;
    this.blockBytes = blockBytes;
    this.memory =
        arena.allocate(Math.multiplyExact(blockBytes, (long) blockCount), ALIGNMENT_BYTES);
    this.index = index;
    this.references = new int[blockCount];
    this.entries = new int[blockCount];
    this.wanted = new boolean[blockCount];
    this.free = new int[blockCount];
    this.previous = new int[blockCount + 1];
    this.next = new int[blockCount + 1];
    Arrays.fill(entries, NONE);
    previous[blockCount] = blockCount;
    next[blockCount] = blockCount;
    for (int id = blockCount - 1; id >= 0; id--) {
      free[freeCount++] = id;
    }
  }

  MemorySegment memory() {
    return memory;
  }

  long blockBytes() {
    return blockBytes;
  }

  int blockCount() {
    return references.length;
  }

  /** Blocks that {@link #allocate} can still hand out: empty ones and cached ones. */
  int availableCount() {
    return freeCount + cachedCount;
  }

  /** How often a block has lost its last reference. */
  long givenBack() {
    return givenBack;
  }

  PoolCounters counters() {
    int available = availableCount();
    return new PoolCounters(
        blockCount(),
        available,
        cachedCount,
        blockCount() - available,
        sharedCount,
        evictions,
        copies,
        blockBytes);
  }

  /** A block with one reference and no entry. The caller has checked {@link #availableCount}. */
  int allocate() {
    int id;
    if (freeCount > 0) {
      id = free[--freeCount];
    } else {
      id = next[blockCount()];
      unlink(id);
      evictions++;
      forget(id);
    }
    assert references[id] == 0 : "block " + id + " was handed out while in use";
    references[id] = 1;
    wanted[id] = false;
    return id;
  }

  /** One more reference to a block that is in use or cached. */
  void retain(int id) {
    if (references[id] == 0) {
      unlink(id);
    }
    references[id]++;
    if (references[id] == 2) {
      sharedCount++;
    }
  }

  /** Notes that a prefix was found in this block: worth keeping a little longer. */
  void markWanted(int id) {
    wanted[id] = true;
  }

  /**
   * Drops a reference. A cached block that nobody uses any more becomes the last to be evicted, or
   * the first if it is {@code unlikely} to be found again and never was.
   */
  void release(int id, boolean unlikely) {
    assert references[id] > 0 : "block " + id + " is not in use";
    references[id]--;
    if (references[id] == 1) {
      sharedCount--;
    } else if (references[id] == 0) {
      givenBack++;
      if (entries[id] == NONE) {
        free[freeCount++] = id;
      } else {
        int head = blockCount();
        link(id, unlikely && !wanted[id] ? head : previous[head]);
      }
    }
  }

  boolean isShared(int id) {
    return references[id] > 1;
  }

  int entry(int id) {
    return entries[id];
  }

  /** Makes a block findable through an entry, instead of through the one it had. */
  void remember(int id, int entry) {
    forget(id);
    entries[id] = entry;
    index.attach(entry, group, id);
  }

  /** Makes a block not findable any more. */
  void forget(int id) {
    if (entries[id] != NONE) {
      index.detach(entries[id], group);
      entries[id] = NONE;
    }
  }

  /** A private copy of a block; the reference to the original is dropped. */
  int copyOnWrite(int id) {
    int copy = allocate();
    MemorySegment.copy(memory, id * blockBytes, memory, copy * blockBytes, blockBytes);
    copies++;
    release(id, false);
    return copy;
  }

  /**
   * Copies the blocks [first, end) of a table to {@code target}; neighbours in the pool go
   * together.
   */
  void copyOut(BlockTable table, int first, int end, MemorySegment target, long at) {
    for (int b = first; b < end; ) {
      int run = table.runLength(b, end);
      MemorySegment.copy(memory, table.id(b) * blockBytes, target, at, run * blockBytes);
      at += run * blockBytes;
      b += run;
    }
  }

  /** The reverse of {@link #copyOut}. */
  void copyIn(MemorySegment source, long at, BlockTable table, int first, int end) {
    for (int b = first; b < end; ) {
      int run = table.runLength(b, end);
      MemorySegment.copy(source, at, memory, table.id(b) * blockBytes, run * blockBytes);
      at += run * blockBytes;
      b += run;
    }
  }

  private void link(int id, int after) {
    previous[id] = after;
    next[id] = next[after];
    previous[next[after]] = id;
    next[after] = id;
    cachedCount++;
  }

  private void unlink(int id) {
    next[previous[id]] = next[id];
    previous[next[id]] = previous[id];
    cachedCount--;
  }
}
