package dev.javelin.kvcache;

import java.lang.foreign.Arena;

/**
 * Keys and values of past tokens of all sequences of an engine: one {@link BlockPool} per group of layers. Sequences are
 * opened here and take blocks as they grow. Used by one thread, the engine's loop; its counters may be read by others.
 */
public final class KvCache implements AutoCloseable {
  private final KvLayout layout;
  private final Arena arena = Arena.ofShared();
  private final BlockPool[] pools;
  private final int[] groupOfLayer;
  private final int[] indexInGroup;
  private int openSequences;

  /** Allocates all blocks at once. */
  public KvCache(KvLayout layout, KvPoolSize size) {
    int[] counts = size.blockCounts();
    if (counts.length != layout.groups().size()) {
      throw new IllegalArgumentException(
          "one block count per layer group: counts=%d, groups=%d".formatted(counts.length, layout.groups().size()));
    }
    this.layout = layout;
    this.pools = new BlockPool[counts.length];
    this.groupOfLayer = new int[layout.layerCount()];
    this.indexInGroup = new int[layout.layerCount()];
    for (int g = 0; g < counts.length; g++) {
      pools[g] = new BlockPool(arena, layout.blockBytes(g), counts[g]);
      int index = 0;
      for (int layer : layout.groups().get(g).layers()) {
        groupOfLayer[layer] = g;
        indexInGroup[layer] = index++;
      }
    }
  }

  public KvLayout layout() {
    return layout;
  }

  /**
   * Opens a sequence that will begin with {@code promptIds}. What the cache already holds of that prompt is shared: the
   * sequence starts with {@link KvSequence#length()} tokens, always fewer than the prompt has, because the last one must be
   * computed to get its logits. Sequences share only with those of the same {@code salt}.
   */
  public KvSequence open(int[] promptIds, long salt) {
    openSequences++;
    return new KvSequence(this);
  }

  /** Sequences that have been opened and not closed. */
  public int openSequences() {
    return openSequences;
  }

  /** Blocks of a group that are free now. */
  public int freeBlocks(int group) {
    return pools[group].availableCount();
  }

  /** Whether a single sequence of {@code contextTokens} fits into an empty cache when it grows by {@code chunkTokens} at a time. */
  public boolean canEverHold(int contextTokens, int chunkTokens) {
    for (int g = 0; g < pools.length; g++) {
      if (layout.blocksPerSequence(g, contextTokens, chunkTokens) > pools[g].blockCount()) {
        return false;
      }
    }
    return true;
  }

  BlockPool pool(int group) {
    return pools[group];
  }

  int groupOf(int layer) {
    return groupOfLayer[layer];
  }

  /** Byte offset of a layer's part within a block of its group. */
  long layerOffset(int layer) {
    return indexInGroup[layer] * layout.format().bytesPerLayer();
  }

  void closed() {
    openSequences--;
  }

  /** Gives the memory back. No sequence may be used afterwards. */
  @Override
  public void close() {
    arena.close();
  }
}
