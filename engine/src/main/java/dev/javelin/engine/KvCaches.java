package dev.javelin.engine;

import dev.javelin.kvcache.KvCache;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.kvcache.KvPoolSize;
import java.util.Locale;

/** Decides how much memory the keys and values get, and what fits into it. */
final class KvCaches {
  /**
   * Token slots in a cache block: one vector of 16 floats twice, and a short wait for the next full
   * block.
   */
  static final int BLOCK_TOKENS = 32;

  private static final double GIGA = 0x1p30;

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
    checkMemory(bytes(layout, options, contextLength, chunkTokens), options, contextLength);
    return options.kvBudgetBytes() > 0
        ? KvPoolSize.ofBytes(layout, options.kvBudgetBytes(), options.maxSequences(), chunkTokens)
        : KvPoolSize.ofTokens(
            layout, poolTokens(options, contextLength), options.maxSequences(), chunkTokens);
  }

  private static long bytes(
      KvLayout layout, EngineOptions options, int contextLength, int chunkTokens) {
    if (options.kvBudgetBytes() > 0) {
      return options.kvBudgetBytes();
    }
    long tokens = poolTokens(options, contextLength);
    long bytes = 0;
    for (int g = 0; g < layout.groups().size(); g++) {
      int window = layout.groups().get(g).windowTokens();
      bytes +=
          KvPoolSize.blocks(
                  layout.blockTokens(), window, tokens, options.maxSequences(), chunkTokens)
              * layout.blockBytes(g);
    }
    return bytes;
  }

  private static void checkMemory(long bytes, EngineOptions options, int contextLength) {
    // Looking at the machine takes longer than opening a small model.
    if (bytes > Runtime.getRuntime().maxMemory() && bytes > MachineMemory.bytes()) {
      throw new InvalidRequest(
          String.format(
              Locale.ROOT,
              "keys and values of a context of %d tokens (%d sequences, %s) need %.1f GiB, the machine has %.1f GiB: take a smaller context, fewer sequences or --kv-type q8_0",
              contextLength,
              options.maxSequences(),
              options.kvType().name().toLowerCase(Locale.ROOT),
              bytes / GIGA,
              MachineMemory.bytes() / GIGA));
    }
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
