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
   * grow by at most {@code chunkTokens} in one step. Each sequence may leave one block partly
   * filled.
   */
  public static KvPoolSize ofTokens(KvLayout layout, long tokens, int sequences, int chunkTokens) {
    int[] counts = new int[layout.groups().size()];
    long all = Math.ceilDiv(tokens, (long) layout.blockTokens()) + sequences - 1;
    for (int g = 0; g < counts.length; g++) {
      int window = layout.groups().get(g).windowTokens();
      long perSequence =
          Math.ceilDiv((long) window - 1 + chunkTokens, (long) layout.blockTokens()) + 1;
      counts[g] = Math.toIntExact(window == 0 ? all : Math.min(all, perSequence * sequences));
    }
    return new KvPoolSize(counts);
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
