package dev.javelin.kvcache;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a cache has done and holds.
 *
 * @param queries prompts looked up whose sequences got slots
 * @param hits prompts of which some tokens were found
 * @param queriedTokens tokens of all those prompts
 * @param hitTokens tokens that were found and need not be computed
 * @param openSequences sequences open now
 * @param pools one per group of layers
 */
public record KvCounters(
    long queries,
    long hits,
    long queriedTokens,
    long hitTokens,
    int openSequences,
    List<PoolCounters> pools) {
  /** No cache at all. */
  public static final KvCounters NONE = new KvCounters(0, 0, 0, 0, 0, List.of());

  public KvCounters {
    pools = List.copyOf(pools);
  }

  private long sum(ToLongFunction<PoolCounters> value) {
    return pools.stream().mapToLong(value).sum();
  }

  /** Blocks of all pools. */
  public long blocks() {
    return sum(PoolCounters::blocks);
  }

  /** Blocks that can be handed out, in all pools; the cached ones are among them. */
  public long freeBlocks() {
    return sum(PoolCounters::free);
  }

  public long cachedBlocks() {
    return sum(PoolCounters::cached);
  }

  public long inUseBlocks() {
    return sum(PoolCounters::inUse);
  }

  public long sharedBlocks() {
    return sum(PoolCounters::shared);
  }

  public long evictions() {
    return sum(PoolCounters::evictions);
  }

  public long copies() {
    return sum(PoolCounters::copies);
  }

  /** Bytes of the blocks in use. */
  public long inUseBytes() {
    return sum(p -> p.inUse() * p.blockBytes());
  }

  /** Bytes of all blocks. */
  public long bytes() {
    return sum(p -> p.blocks() * p.blockBytes());
  }
}
