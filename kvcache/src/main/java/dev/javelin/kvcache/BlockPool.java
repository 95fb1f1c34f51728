package dev.javelin.kvcache;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The blocks of one layer group: one piece of off-heap memory cut into blocks of equal size, a free list and a reference count
 * for each block. Knows nothing of tokens or sequences. Used by one thread.
 */
final class BlockPool {
  private static final long ALIGNMENT_BYTES = 64;

  private final long blockBytes;
  private final MemorySegment memory;
  private final int[] references; // [blocks]
  private final int[] free; // a stack of block ids
  private int freeCount;

  BlockPool(Arena arena, long blockBytes, int blockCount) {
    this.blockBytes = blockBytes;
    this.memory = arena.allocate(Math.multiplyExact(blockBytes, (long) blockCount), ALIGNMENT_BYTES);
    this.references = new int[blockCount];
    this.free = new int[blockCount];
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

  /** Blocks that {@link #allocate} can still hand out. */
  int availableCount() {
    return freeCount;
  }

  /** A block with one reference. The caller has checked {@link #availableCount}. */
  int allocate() {
    int id = free[--freeCount];
    assert references[id] == 0 : "block " + id + " was on the free list while in use";
    references[id] = 1;
    return id;
  }

  void retain(int id) {
    assert references[id] > 0 : "block " + id + " is not in use";
    references[id]++;
  }

  void release(int id) {
    assert references[id] > 0 : "block " + id + " is not in use";
    if (--references[id] == 0) {
      free[freeCount++] = id;
    }
  }

  int referenceCount(int id) {
    return references[id];
  }

  /** Copies all of block {@code from} to block {@code to}. */
  void copy(int from, int to) {
    MemorySegment.copy(memory, from * blockBytes, memory, to * blockBytes, blockBytes);
  }
}
