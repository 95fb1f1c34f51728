package dev.javelin.kvcache;

import dev.javelin.tensor.ops.KvBlockFormat;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * One sequence's place in the cache. A step goes: {@link #reserve} slots for n tokens; for each layer write their keys and
 * values and let attention read {@link #memory} at {@link #blockOffsets}; then {@link #appendTokens}. Used by one thread.
 */
public final class KvSequence implements AutoCloseable {
  private final KvCache cache;
  private final BlockTable[] tables; // [groups]
  private final long[][] offsets; // [groups][logical blocks]: of the layer asked for last
  private final int[] offsetsLayer; // [groups]
  private final int[] offsetsVersion; // [groups]
  private int length;
  private boolean closed;

  KvSequence(KvCache cache) {
    this.cache = cache;
    int groups = cache.layout().groups().size();
    this.tables = new BlockTable[groups];
    this.offsets = new long[groups][8];
    this.offsetsLayer = new int[groups];
    this.offsetsVersion = new int[groups];
    for (int g = 0; g < groups; g++) {
      tables[g] = new BlockTable();
      offsetsLayer[g] = -1;
    }
  }

  /** Tokens whose keys and values are in the cache; the next token stands at this position. */
  public int length() {
    return length;
  }

  /**
   * Makes sure that there are slots for the next {@code tokens} tokens in every group. Blocks that no window will reach
   * again are given back first.
   *
   * @return false if the pool has too few blocks; then nothing has been taken
   */
  public boolean reserve(int tokens) {
    checkOpen();
    int blockTokens = cache.layout().blockTokens();
    int end = Math.ceilDiv(Math.addExact(length, tokens), blockTokens);
    for (int g = 0; g < tables.length; g++) {
      releaseUnreachable(g);
    }
    for (int g = 0; g < tables.length; g++) {
      if (end - tables[g].end() > cache.pool(g).availableCount()) {
        return false;
      }
    }
    for (int g = 0; g < tables.length; g++) {
      while (tables[g].end() < end) {
        tables[g].append(cache.pool(g).allocate());
      }
    }
    return true;
  }

  private void releaseUnreachable(int group) {
    int window = cache.layout().groups().get(group).windowTokens();
    if (window == 0) {
      return;
    }
    int firstSeen = Math.max(0, length - window + 1);
    int keepFrom = Math.min(firstSeen / cache.layout().blockTokens(), tables[group].end());
    while (tables[group].first() < keepFrom) {
      cache.pool(group).release(tables[group].removeFirst());
    }
  }

  /** Says that the keys and values of the next {@code count} tokens, ids[from..], are now in their reserved slots. */
  public void appendTokens(int[] ids, int from, int count) {
    checkOpen();
    length += count;
  }

  /** Drops all tokens from position {@code newLength} on. Returns false, and does nothing, if a window's blocks are gone. */
  public boolean truncate(int newLength) {
    checkOpen();
    if (newLength > length) {
      throw new IllegalArgumentException("truncate only shortens: length=%d, to=%d".formatted(length, newLength));
    }
    int blockTokens = cache.layout().blockTokens();
    for (int g = 0; g < tables.length; g++) {
      int window = cache.layout().groups().get(g).windowTokens();
      int firstSeen = window == 0 ? 0 : Math.max(0, newLength - window + 1);
      if (firstSeen < newLength && firstSeen / blockTokens < tables[g].first()) {
        return false;
      }
    }
    length = newLength;
    for (int g = 0; g < tables.length; g++) {
      while (tables[g].end() > Math.max(Math.ceilDiv(length, blockTokens), tables[g].first())) {
        cache.pool(g).release(tables[g].removeLast());
      }
    }
    return true;
  }

  /** The memory that the blocks of a layer lie in. */
  public MemorySegment memory(int layer) {
    return cache.pool(cache.groupOf(layer)).memory();
  }

  /**
   * Byte offsets in {@link #memory} of a layer's part of each logical block. The array is reused: it holds until the next
   * call for another layer, and entries of blocks that were given back are meaningless.
   */
  public long[] blockOffsets(int layer) {
    int g = cache.groupOf(layer);
    BlockTable table = tables[g];
    if (offsetsLayer[g] != layer || offsetsVersion[g] != table.version()) {
      if (offsets[g].length < table.end()) {
        offsets[g] = Arrays.copyOf(offsets[g], Math.max(table.end(), 2 * offsets[g].length));
      }
      long layerOffset = cache.layerOffset(layer);
      long blockBytes = cache.pool(g).blockBytes();
      for (int i = table.first(); i < table.end(); i++) {
        offsets[g][i] = table.id(i) * blockBytes + layerOffset;
      }
      offsetsLayer[g] = layer;
      offsetsVersion[g] = table.version();
    }
    return offsets[g];
  }

  /**
   * Writes keys and values k, v [tokens, kvHeadCount, headDim] of the reserved positions from {@code position} on into a
   * layer's blocks.
   */
  public void write(int layer, int position, int tokens, float[] k, int kOffset, float[] v, int vOffset) {
    KvBlockFormat format = cache.layout().format();
    MemorySegment memory = memory(layer);
    long[] blocks = blockOffsets(layer);
    int row = format.kvHeadCount() * format.headDim();
    for (int t = 0; t < tokens; t++) {
      int p = position + t;
      format.write(
          memory,
          blocks[p / format.blockTokens()],
          p % format.blockTokens(),
          k,
          kOffset + t * row,
          v,
          vOffset + t * row);
    }
  }

  /** Blocks held in a group. */
  public int blockCount(int group) {
    return tables[group].end() - tables[group].first();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the sequence is closed");
    }
  }

  /** Gives all blocks back. Closing twice does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    cache.closed();
    for (int g = 0; g < tables.length; g++) {
      while (tables[g].end() > tables[g].first()) {
        cache.pool(g).release(tables[g].removeLast());
      }
    }
  }
}
