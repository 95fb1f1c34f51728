package dev.javelin.kvcache;

import java.lang.foreign.MemorySegment;

/**
 * The state of a sequence at one moment, held by reference to its blocks: nothing is copied until
 * someone writes to them. {@link #open} continues from it, as often as wanted; {@link #extract}
 * copies it out, for a file or another process, and {@link KvCache#reconstruct} brings it back, bit
 * for bit. The blocks stay in use until {@link #close}. Used by the cache's thread.
 */
public final class SavedBlocks implements AutoCloseable {
  private final KvCache cache;
  private final KvSequence sequence;

  SavedBlocks(KvCache cache, KvSequence sequence) {
    this.cache = cache;
    this.sequence = sequence;
  }

  /** Tokens that are held. */
  public int length() {
    return sequence.length();
  }

  /** The tokens that are held. */
  public int[] ids() {
    return sequence.ids();
  }

  /** A sequence that goes on from here and shares all blocks. */
  public KvSequence open() {
    return sequence.fork();
  }

  /** Bytes that {@link #extract} writes. */
  public long byteSize() {
    return cache.layout().savedBytes(length());
  }

  /**
   * Copies the blocks to {@code target}, group after group in logical order; slots without a token
   * are zero, so nothing of earlier users of a block gets out.
   */
  public void extract(MemorySegment target) {
    KvLayout layout = cache.layout();
    int end = Math.ceilDiv(length(), layout.blockTokens());
    int filled = length() - (end - 1) * layout.blockTokens();
    long at = 0;
    for (int g = 0; g < layout.groups().size(); g++) {
      BlockPool pool = cache.pool(g);
      int first = Math.min(layout.firstNeededBlock(g, length()), end);
      pool.copyOut(sequence.table(g), first, end, target, at);
      at += (end - first) * pool.blockBytes();
      if (first < end && filled < layout.blockTokens()) {
        clear(target, at - pool.blockBytes(), layout.groups().get(g).layers().size(), filled);
      }
    }
  }

  private void clear(MemorySegment target, long block, int layers, int fromSlot) {
    for (int i = 0; i < layers; i++) {
      cache
          .layout()
          .format()
          .clear(target, block + i * cache.layout().format().bytesPerLayer(), fromSlot);
    }
  }

  /** Gives the blocks back. */
  @Override
  public void close() {
    sequence.close();
  }
}
