package dev.javelin.kvcache;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keys and values of past tokens of all sequences of an engine: one {@link BlockPool} per group of
 * layers, and the {@link PrefixIndex} over all of them. Sequences are opened here and take blocks
 * as they grow. Used by one thread, the engine's loop.
 */
public final class KvCache implements AutoCloseable {
  private final KvLayout layout;
  private final Arena arena = Arena.ofShared();
  private final BlockPool[] pools;
  private final PrefixIndex index;
  private final int[] groupOfLayer;
  private final int[] indexInGroup;
  private int[] path = new int[64]; // entries found by open()
  private int openSequences;
  private long queries;
  private long hits;
  private long queriedTokens;
  private long hitTokens;

  /** Allocates all blocks at once. */
  public KvCache(KvLayout layout, KvPoolSize size) {
    int[] counts = size.blockCounts();
    if (counts.length != layout.groups().size()) {
      throw new IllegalArgumentException(
          "one block count per layer group: counts=%d, groups=%d"
              .formatted(counts.length, layout.groups().size()));
    }
    this.layout = layout;
    this.pools = new BlockPool[counts.length];
    this.index =
        new PrefixIndex(
            Arrays.stream(counts).reduce(0, Math::addExact), layout.blockTokens(), counts.length);
    this.groupOfLayer = new int[layout.layerCount()];
    this.indexInGroup = new int[layout.layerCount()];
    for (int g = 0; g < counts.length; g++) {
      pools[g] = new BlockPool(arena, g, layout.blockBytes(g), counts[g], index);
      int number = 0;
      for (int layer : layout.groups().get(g).layers()) {
        groupOfLayer[layer] = g;
        indexInGroup[layer] = number++;
      }
    }
  }

  public KvLayout layout() {
    return layout;
  }

  // ---------------------------------------------------------------- sequences

  /**
   * Opens a sequence that will begin with {@code promptIds}. What the cache already holds of that
   * prompt is shared: the sequence starts with {@link KvSequence#length()} tokens, always fewer
   * than the prompt has, because the last one must be computed to get its logits. Sequences share
   * only with those of the same {@code salt}. The prompt is counted when the sequence gets its
   * first slots.
   */
  public KvSequence open(int[] promptIds, long salt) {
    KvSequence sequence = new KvSequence(this, true, salt);
    int limit = promptIds.length - 1;
    if (limit > 0) {
      int found = wholeBlocks(promptIds, limit / layout.blockTokens(), salt);
      long parent = found == 0 ? 0 : index.serial(path[found - 1]);
      int start = found * layout.blockTokens();
      int rest = Math.min(limit - start, layout.blockTokens());
      int tail = index.findLongestPrefix(salt, parent, promptIds, start, rest);
      int tailTokens =
          tail == PrefixIndex.NONE ? 0 : index.commonLength(tail, promptIds, start, rest);
      sequence.startWith(path, found, tail, tailTokens, promptIds);
    }
    sequence.lookedUp(promptIds.length);
    return sequence;
  }

  /** Opens a sequence that shares nothing with others, now or later. */
  public KvSequence openUncached() {
    return new KvSequence(this, false, 0);
  }

  /**
   * Finds the most whole blocks of the prompt, up to {@code limit}, that every group still has: all
   * of them where the group sees the whole context, those that the window reaches where it does
   * not. Leaves their entries in {@link #path}.
   */
  private int wholeBlocks(int[] ids, int limit, long salt) {
    int blockTokens = layout.blockTokens();
    path = limit > path.length ? new int[Math.max(limit, 2 * path.length)] : path;
    long parent = 0;
    int found = 0;
    while (found < limit) {
      int entry = index.find(salt, parent, ids, found * blockTokens, blockTokens);
      if (entry == PrefixIndex.NONE || !fullGroupsHave(entry)) {
        break;
      }
      path[found++] = entry;
      parent = index.serial(entry);
    }
    while (found > 0 && !windowsHave(found)) {
      found--;
    }
    return found;
  }

  private boolean fullGroupsHave(int entry) {
    for (int g = 0; g < pools.length; g++) {
      if (layout.groups().get(g).isFull() && index.block(entry, g) == PrefixIndex.NONE) {
        return false;
      }
    }
    return true;
  }

  private boolean windowsHave(int found) {
    for (int g = 0; g < pools.length; g++) {
      for (int b = layout.firstNeededBlock(g, found * layout.blockTokens()); b < found; b++) {
        if (index.block(path[b], g) == PrefixIndex.NONE) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Opens a sequence of the tokens {@code ids} whose blocks are copied from {@code source}, as
   * {@link SavedBlocks#extract} wrote them. It shares nothing with others, now or later: what came
   * from outside is for whoever brought it. Empty if the pool has too few blocks.
   *
   * @throws KvCacheException if the source has another size than such a state has
   */
  public Optional<KvSequence> reconstruct(int[] ids, MemorySegment source) {
    if (source.byteSize() != layout.savedBytes(ids.length)) {
      throw new KvCacheException(
          "saved blocks of %d tokens have %d bytes: found %d"
              .formatted(ids.length, layout.savedBytes(ids.length), source.byteSize()));
    }
    int end = Math.ceilDiv(ids.length, layout.blockTokens());
    for (int g = 0; g < pools.length; g++) {
      if (end - layout.firstNeededBlock(g, ids.length) > pools[g].availableCount()) {
        return Optional.empty();
      }
    }
    KvSequence sequence = openUncached();
    long at = 0;
    for (int g = 0; g < pools.length; g++) {
      BlockPool pool = pools[g];
      BlockTable table = sequence.table(g);
      int first = Math.min(layout.firstNeededBlock(g, ids.length), end);
      table.startAt(first);
      while (table.end() < end) {
        table.append(pool.allocate());
      }
      table.sortFrom(first);
      pool.copyIn(source, at, table, first, end);
      at += (end - first) * pool.blockBytes();
    }
    sequence.trail().append(ids, 0, ids.length);
    return Optional.of(sequence);
  }

  // ---------------------------------------------------------------- sizes and counters

  /** Sequences that have been opened and not closed. */
  public int openSequences() {
    return openSequences;
  }

  /**
   * Blocks of a group that can be handed out now; blocks that are only kept for later prompts are
   * among them.
   */
  public int freeBlocks(int group) {
    return pools[group].availableCount();
  }

  /** How often a block has got back among those that can be handed out, in all groups. */
  public long blocksGivenBack() {
    return Arrays.stream(pools).mapToLong(BlockPool::givenBack).sum();
  }

  /**
   * Whether a single sequence of {@code contextTokens} fits into an empty cache when it grows by
   * {@code chunkTokens} at a time.
   */
  public boolean canEverHold(int contextTokens, int chunkTokens) {
    for (int g = 0; g < pools.length; g++) {
      if (layout.blocksPerSequence(g, contextTokens, chunkTokens) > pools[g].blockCount()) {
        return false;
      }
    }
    return true;
  }

  /** Bytes of all blocks. */
  public long byteSize() {
    return Arrays.stream(pools).mapToLong(p -> p.blockCount() * p.blockBytes()).sum();
  }

  /** What the cache has done and holds. */
  public KvCounters counters() {
    List<PoolCounters> each = Stream.of(pools).map(BlockPool::counters).toList();
    return new KvCounters(queries, hits, queriedTokens, hitTokens, openSequences, each);
  }

  // ---------------------------------------------------------------- for this package

  BlockPool pool(int group) {
    return pools[group];
  }

  PrefixIndex index() {
    return index;
  }

  int groupOf(int layer) {
    return groupOfLayer[layer];
  }

  /** Byte offset of a layer's part within a block of its group. */
  long layerOffset(int layer) {
    return indexInGroup[layer] * layout.format().bytesPerLayer();
  }

  void count(int promptTokens, int foundTokens) {
    queries++;
    queriedTokens += promptTokens;
    hits += foundTokens > 0 ? 1 : 0;
    hitTokens += foundTokens;
  }

  void opened() {
    openSequences++;
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
