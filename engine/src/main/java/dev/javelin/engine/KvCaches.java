package dev.javelin.engine;

import dev.javelin.kvcache.KvCache;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.kvcache.KvPoolSize;

/** Decides how much memory the keys and values get, and what fits into it. */
final class KvCaches {
  /**
   * Token slots in a cache block: one vector of 16 floats twice, and a short wait for the next full
   * block.
   */
  static final int BLOCK_TOKENS = 32;

  private KvCaches() {}

  /** Most rows of one step: a chunk of a prompt, or one row for each sequence. */
  static int stepRows(EngineOptions options, int contextLength) {
    return Math.max(options.maxSequences(), Math.min(options.chunkTokens(), contextLength));
  }

  /** Tokens that a pool without a budget holds. */
  static long poolTokens(EngineOptions options, int contextLength) {
    return Math.max(contextLength, (long) contextLength * options.maxSequences() / 4);
  }

  static KvPoolSize size(
      KvLayout layout, EngineOptions options, int contextLength, int chunkTokens) {
    return options.kvBudgetBytes() > 0
        ? KvPoolSize.ofBytes(layout, options.kvBudgetBytes(), options.maxSequences(), chunkTokens)
        : KvPoolSize.ofTokens(
            layout, poolTokens(options, contextLength), options.maxSequences(), chunkTokens);
  }

  /** The longest single sequence, up to {@code contextLength}, that an empty cache can hold. */
  static int capacityTokens(KvCache cache, int contextLength, int chunkTokens) {
    int low = 0;
    int high = contextLength;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (cache.canEverHold(middle, chunkTokens)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
