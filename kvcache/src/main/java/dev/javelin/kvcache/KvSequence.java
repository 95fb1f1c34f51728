package dev.javelin.kvcache;

import dev.javelin.tensor.ops.KvBlockFormat;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * One sequence's place in the cache. A step goes: {@link #reserve} slots for n tokens; for each
 * layer write their keys and values and let attention read {@link #memory} at {@link
 * #blockOffsets}; then {@link #appendTokens}. Blocks may be shared with other sequences as long as
 * they are only read: {@link #reserve} copies a shared one before it is written to. Used by one
 * thread.
 */
public final class KvSequence implements AutoCloseable {
  private final KvCache cache;
  private final boolean indexed; // whether others may share what this sequence computes
  private final long salt;
  private final int blockTokens;
  private final TokenTrail trail;
  private final BlockTable[] tables; // [groups]
  private final long[][] offsets; // [groups][logical blocks]: of the layer asked for last
  private final int[] offsetsLayer; // [groups]
  private final int[] offsetsVersion; // [groups]
  private int uncounted; // tokens of the prompt that was looked up for it, until it has slots
  private boolean closed;

  KvSequence(KvCache cache, boolean indexed, long salt) {
    this(cache, indexed, salt, new TokenTrail());
  }

  private KvSequence(KvCache cache, boolean indexed, long salt, TokenTrail trail) {
    this.cache = cache;
    this.indexed = indexed;
    this.salt = salt;
    this.blockTokens = cache.layout().blockTokens();
    this.trail = trail;
    int groups = cache.layout().groups().size();
    this.tables = new BlockTable[groups];
    this.offsets = new long[groups][8];
    this.offsetsLayer = new int[groups];
    this.offsetsVersion = new int[groups];
    for (int g = 0; g < groups; g++) {
      tables[g] = new BlockTable();
      offsetsLayer[g] = -1;
    }
    cache.opened();
  }

  /** Tokens whose keys and values are in the cache; the next token stands at this position. */
  public int length() {
    return trail.length();
  }

  /** The tokens in the cache, from position 0. */
  public int[] ids() {
    return Arrays.copyOf(trail.ids(), trail.length());
  }

  /** Blocks held in a group. */
  public int blockCount(int group) {
    return tables[group].end() - tables[group].first();
  }

  void lookedUp(int promptTokens) {
    uncounted = promptTokens;
  }

  TokenTrail trail() {
    return trail;
  }

  BlockTable table(int group) {
    return tables[group];
  }

  // ---------------------------------------------------------------- growing

  /**
   * Makes sure that there are slots for the next {@code tokens} tokens in every group, and that
   * they can be written to. Blocks that no window will reach again are given back first. Asking
   * twice is the same as asking once.
   *
   * @return false if the pool has too few blocks; then nothing has been taken
   */
  public boolean reserve(int tokens) {
    checkOpen();
    int end = Math.ceilDiv(Math.addExact(length(), tokens), blockTokens);
    for (int g = 0; g < tables.length; g++) {
      releaseUnreachable(g);
    }
    for (int g = 0; g < tables.length; g++) {
      int needed = Math.max(0, end - tables[g].end()) + (mustCopy(g) ? 1 : 0);
      if (needed > cache.pool(g).availableCount()) {
        return false;
      }
    }
    for (int g = 0; g < tables.length; g++) {
      makeLastBlockWritable(g, Math.max(0, end - tables[g].end()));
      int fresh = tables[g].end();
      while (tables[g].end() < end) {
        tables[g].append(cache.pool(g).allocate());
      }
      if (end - fresh > 1) {
        tables[g].sortFrom(fresh);
      }
    }
    if (uncounted > 0) {
      cache.count(uncounted, length());
      uncounted = 0;
    }
    return true;
  }

  private void releaseUnreachable(int group) {
    int keepFrom = Math.min(cache.layout().firstNeededBlock(group, length()), tables[group].end());
    while (tables[group].first() < keepFrom) {
      cache.pool(group).release(tables[group].removeFirst(), true);
    }
  }

  /** Whether the partly filled last block belongs to others too. */
  private boolean mustCopy(int group) {
    int last = length() / blockTokens;
    return length() % blockTokens != 0 && cache.pool(group).isShared(tables[group].id(last));
  }

  /**
   * A shared block is copied. One that only the index still knows, with tokens beyond ours, is
   * copied if there is room, else taken out of the index.
   */
  private void makeLastBlockWritable(int group, int otherBlocksNeeded) {
    int filled = length() % blockTokens;
    if (filled == 0) {
      return;
    }
    BlockPool pool = cache.pool(group);
    int last = length() / blockTokens;
    int id = tables[group].id(last);
    boolean knownBeyond =
        pool.entry(id) != PrefixIndex.NONE && cache.index().count(pool.entry(id)) > filled;
    if (pool.isShared(id) || (knownBeyond && pool.availableCount() > otherBlocksNeeded)) {
      tables[group].replace(last, pool.copyOnWrite(id));
    } else if (knownBeyond) {
      pool.forget(id);
    }
  }

  /**
   * Says that the keys and values of the next {@code count} tokens, ids[from..], are now in their
   * reserved slots. Blocks that became full can be found by other sequences from now on.
   */
  public void appendTokens(int[] ids, int from, int count) {
    checkOpen();
    int block = length() / blockTokens;
    trail.append(ids, from, count);
    for (; indexed && (block + 1) * blockTokens <= length(); block++) {
      enter(block, blockTokens);
    }
  }

  /**
   * Enters a block of {@code count} tokens into the prefix index, or adds what an equal entry
   * lacks.
   */
  private void enter(int block, int count) {
    PrefixIndex index = cache.index();
    long parent = trail.parent(block);
    trail.setSerial(block, TokenTrail.UNKNOWN);
    if (parent == TokenTrail.UNKNOWN) {
      return;
    }
    int entry = index.find(salt, parent, trail.ids(), block * blockTokens, count);
    if (entry == PrefixIndex.NONE) {
      if (!forgetOld(block)) {
        return; // no group holds the block any more: what follows cannot be found either
      }
      entry = index.add(salt, parent, trail.ids(), block * blockTokens, count);
    }
    trail.setSerial(block, index.serial(entry));
    for (int g = 0; g < tables.length; g++) {
      if (block >= tables[g].first() && index.block(entry, g) == PrefixIndex.NONE) {
        cache.pool(g).remember(tables[g].id(block), entry);
      }
    }
  }

  /**
   * Takes the blocks that stand for a logical block out of the index: a block has one entry, and
   * the new one needs room. Returns whether there are any.
   */
  private boolean forgetOld(int block) {
    boolean any = false;
    for (int g = 0; g < tables.length; g++) {
      if (block >= tables[g].first()) {
        cache.pool(g).forget(tables[g].id(block));
        any = true;
      }
    }
    return any;
  }

  // ---------------------------------------------------------------- taking over, giving up

  /**
   * Starts with blocks found in the index: the whole entries of {@code path}, then {@code
   * tailTokens} of {@code tail}.
   */
  void startWith(int[] path, int pathLength, int tail, int tailTokens, int[] ids) {
    int length = pathLength * blockTokens + tailTokens;
    PrefixIndex index = cache.index();
    for (int g = 0; g < tables.length; g++) {
      int first = Math.min(cache.layout().firstNeededBlock(g, length), pathLength);
      tables[g].startAt(first);
      for (int b = first; b < pathLength + (tailTokens > 0 ? 1 : 0); b++) {
        int id = index.block(b < pathLength ? path[b] : tail, g);
        cache.pool(g).retain(id);
        cache.pool(g).markWanted(id);
        tables[g].append(id);
      }
    }
    trail.append(ids, 0, length);
    for (int b = 0; b < pathLength; b++) {
      trail.setSerial(b, index.serial(path[b]));
    }
  }

  /**
   * A sequence with the same tokens that shares all blocks with this one; from here on both go
   * their own ways.
   */
  public KvSequence fork() {
    checkOpen();
    KvSequence fork = new KvSequence(cache, indexed, salt, trail.copy());
    for (int g = 0; g < tables.length; g++) {
      fork.tables[g].startAt(tables[g].first());
      int end = Math.min(tables[g].end(), Math.ceilDiv(length(), blockTokens));
      for (int b = tables[g].first(); b < end; b++) {
        cache.pool(g).retain(tables[g].id(b));
        fork.tables[g].append(tables[g].id(b));
      }
    }
    return fork;
  }

  /**
   * Keeps the present state: a handle that holds the blocks, without a copy, until it is closed.
   */
  public SavedBlocks save() {
    return new SavedBlocks(cache, fork());
  }

  /**
   * Drops all tokens from position {@code newLength} on, and slots that were reserved beyond.
   *
   * @return false, and nothing has changed, if a window would reach blocks that have been given
   *     back
   */
  public boolean truncate(int newLength) {
    checkOpen();
    if (newLength < 0 || newLength > length()) {
      throw new IllegalArgumentException(
          "truncate only shortens: length=%d, to=%d".formatted(length(), newLength));
    }
    for (int g = 0; g < tables.length; g++) {
      int needed = cache.layout().firstNeededBlock(g, newLength);
      if (needed < tables[g].first() && needed * blockTokens < newLength) {
        return false;
      }
    }
    trail.truncate(newLength);
    int end = Math.ceilDiv(newLength, blockTokens);
    for (int g = 0; g < tables.length; g++) {
      while (tables[g].end() > Math.max(end, tables[g].first())) {
        cache.pool(g).release(tables[g].removeLast(), false);
      }
      if (tables[g].end() > end) { // all blocks of a window were dropped
        tables[g].startAt(end);
      }
    }
    return true;
  }

  /**
   * Gives all blocks back; what others may share stays findable until its memory is needed. Closing
   * twice does nothing.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    int filled = length() % blockTokens;
    if (indexed && filled != 0) {
      enterTail(length() / blockTokens, filled);
    }
    closed = true;
    cache.closed();
    for (int g = 0; g < tables.length; g++) { // the last block first: it is the first to be evicted
      while (tables[g].end() > tables[g].first()) {
        cache.pool(g).release(tables[g].removeLast(), false);
      }
    }
  }

  /**
   * Enters the partly filled last block, unless the index already knows as much or others use the
   * block.
   */
  private void enterTail(int block, int count) {
    PrefixIndex index = cache.index();
    if (trail.parent(block) == TokenTrail.UNKNOWN) {
      return;
    }
    int known =
        index.findLongestPrefix(salt, trail.parent(block), trail.ids(), block * blockTokens, count);
    if (known != PrefixIndex.NONE
        && index.commonLength(known, trail.ids(), block * blockTokens, count) == count) {
      return;
    }
    for (int g = 0; g < tables.length; g++) {
      if (cache.pool(g).isShared(tables[g].id(block))) {
        return;
      }
    }
    enter(block, count);
  }

  // ---------------------------------------------------------------- memory

  /** The memory that the blocks of a layer lie in. */
  public MemorySegment memory(int layer) {
    return cache.pool(cache.groupOf(layer)).memory();
  }

  /**
   * Byte offsets in {@link #memory} of a layer's part of each logical block. The array is reused:
   * it holds until the next call for another layer, and entries of blocks that were given back are
   * meaningless.
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
   * Writes keys and values k, v [tokens, kvHeadCount, headDim] of the reserved positions from
   * {@code position} on into a layer's blocks.
   */
  public void write(
      int layer, int position, int tokens, float[] k, int kOffset, float[] v, int vOffset) {
    KvBlockFormat format = cache.layout().format();
    MemorySegment memory = memory(layer);
    long[] blocks = blockOffsets(layer);
    int row = format.kvHeadCount() * format.headDim();
    for (int t = 0; t < tokens; t++) {
      int p = position + t;
      format.write(
          memory,
          blocks[p / blockTokens],
          p % blockTokens,
          k,
          kOffset + t * row,
          v,
          vOffset + t * row);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the sequence is closed");
    }
  }
}
