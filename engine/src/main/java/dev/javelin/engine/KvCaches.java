package dev.javelin.engine;

import dev.javelin.kvcache.KvCache;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.kvcache.KvPoolSize;

/** Decides how much memory the keys and values get, and what fits into it. */
final class KvCaches {
  private KvCaches() {}

  static KvPoolSize size(
      KvLayout layout, EngineOptions options, int contextLength, int chunkTokens) {
    if (options.kvBudgetBytes() > 0) {
      return KvPoolSize.ofBytes(
          layout, options.kvBudgetBytes(), options.maxSequences(), chunkTokens);
    }
    long tokens = Math.max(contextLength, (long) contextLength * options.maxSequences() / 4);
    return KvPoolSize.ofTokens(layout, tokens, options.maxSequences(), chunkTokens);
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
