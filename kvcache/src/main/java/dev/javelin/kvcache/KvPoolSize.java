package dev.javelin.kvcache;

/**
 * How many blocks each layer group's pool has.
 *
 * @param blockCounts one count per group of the layout
 */
public record KvPoolSize(int... blockCounts) {
  public KvPoolSize {
    blockCounts = blockCounts.clone();
    for (int count : blockCounts) {
      if (count < 1) {
        throw new IllegalArgumentException("a pool needs at least one block: blocks=" + count);
      }
    }
  }

  @Override
  public int[] blockCounts() {
    return blockCounts.clone();
  }

  /**
   * Enough for {@code sequences} sequences at once that hold {@code tokens} tokens between them and
   * grow by at most {@code chunkTokens} in one step.
   */
  public static KvPoolSize ofTokens(KvLayout layout, long tokens, int sequences, int chunkTokens) {
    int[] counts = new int[layout.groups().size()];
    for (int g = 0; g < counts.length; g++) {
      int window = layout.groups().get(g).windowTokens();
      counts[g] =
          Math.toIntExact(blocks(layout.blockTokens(), window, tokens, sequences, chunkTokens));
    }
    return new KvPoolSize(counts);
  }

  /**
   * The formula behind all sizes: blocks that a group of layers needs for {@code sequences}
   * sequences that hold {@code tokens} tokens between them. Each may leave one block partly filled:
   * ceil(tokens / block) + sequences - 1. Where a window is shorter, each holds at most the blocks
   * that the window and the chunk can touch: ceil((window - 1 + chunk) / block) + 1.
   *
   * @param windowTokens how far the layers see; 0: everything
   */
  public static long blocks(
      int blockTokens, int windowTokens, long tokens, int sequences, int chunkTokens) {
    long all = Math.ceilDiv(tokens, (long) blockTokens) + sequences - 1;
    long window = Math.ceilDiv((long) windowTokens - 1 + chunkTokens, (long) blockTokens) + 1;
    return windowTokens == 0 ? all : Math.min(all, window * sequences);
  }

  /** The most tokens that fit into {@code budgetBytes}, see {@link #ofTokens}. */
  public static KvPoolSize ofBytes(
      KvLayout layout, long budgetBytes, int sequences, int chunkTokens) {
    long low = 1;
    long high = Math.max(1, budgetBytes / layout.format().bytesPerLayer() * layout.blockTokens());
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (ofTokens(layout, middle, sequences, chunkTokens).bytes(layout) <= budgetBytes) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    KvPoolSize size = ofTokens(layout, low, sequences, chunkTokens);
    if (size.bytes(layout) > budgetBytes) {
      throw new KvCacheException(
          "the KV cache budget is too small for %d sequence(s): budget=%d bytes, needed=%d bytes"
              .formatted(sequences, budgetBytes, size.bytes(layout)));
    }
    return size;
  }

  /** Bytes of all pools. */
  public long bytes(KvLayout layout) {
    long bytes = 0;
    for (int g = 0; g < blockCounts.length; g++) {
      bytes += blockCounts[g] * layout.blockBytes(g);
    }
    return bytes;
  }
}
