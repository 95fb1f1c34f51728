package dev.javelin.tensor.ops;

import dev.javelin.tensor.parallel.Job;
import dev.javelin.tensor.parallel.Part;
import dev.javelin.tensor.parallel.WorkerPool;
import dev.javelin.tensor.simd.AttentionSimd;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Attention over the blocks of a paged cache, read in place. Sequences are queued with {@link
 * #add}, then computed in one dispatch by {@link #run}. Not thread-safe: one per engine loop.
 * Allocates nothing when warm.
 *
 * <p>Work is split into tiles: one sequence, one KV head, a few query tokens. A tile walks over the
 * context in partitions of a fixed number of positions and merges them in order, so a row's result
 * has the same bits whatever is computed beside it and on however many threads. When there are too
 * few tiles for the threads (decode with few KV heads), partitions are computed apart and merged in
 * a second dispatch, in the same order.
 */
public final class PagedAttention {
  private static final int TARGET_ROWS = 32; // query rows of a tile
  private static final int ITEMS_PER_THREAD = 4; // fewer tiles than that are split

  private final WorkerPool pool;
  private final int headCount;
  private final KvBlockFormat format;
  private final int group; // query heads that share a KV head
  private final int headDim;
  private final int tileTokens;
  private final int partitionTokens;
  private final AttentionBlocks scalarKernels;
  private final AttentionBlocks vectorKernels;
  private final VectorForm form;
  private final AttentionScratch[] scratch;
  private final AtomicInteger nextItem = new AtomicInteger();
  private final Job tileJob = this::runTiles;
  private final Job mergeJob = this::runMerges;

  // The queue: one entry per added sequence.
  private int sequenceCount;
  private MemorySegment[] memory = new MemorySegment[4];
  private long[][] offsets = new long[4][];
  private int[] position = new int[4];
  private int[] tokens = new int[4];
  private float[][] q = new float[4][];
  private int[] qOffset = new int[4];
  private float[][] out = new float[4][];
  private int[] outOffset = new int[4];

  // Parameters and items of the current run.
  private AttentionBlocks kernels;
  private float scale;
  private int windowTokens;
  private float[] sinks;
  private int tileCount;
  private int itemCount;
  private int[] items = new int[64]; // [itemCount, ITEM_INTS]
  private int[] tiles = new int[64]; // [tileCount, TILE_INTS]
  private float[] partials = new float[0]; // [split items, rows, headDim + 2]

  private static final int TILE_INTS =
      5; // sequence, KV head, first token, tokens, first item or -1 if not split
  private static final int ITEM_INTS =
      3; // tile, partition (-1 = all of the tile's), start in partials

  /** {@code headCount} query heads over the KV heads of {@code format}. */
  public PagedAttention(WorkerPool pool, int headCount, KvBlockFormat format) {
    this(pool, headCount, format, AttentionRace.of(format, headCount));
  }

  PagedAttention(WorkerPool pool, int headCount, KvBlockFormat format, VectorForm form) {
    if (headCount < 1 || headCount % format.kvHeadCount() != 0) {
      throw new IllegalArgumentException(
          "attention needs headCount %% kvHeadCount == 0: headCount=%d, kvHeadCount=%d"
              .formatted(headCount, format.kvHeadCount()));
    }
    this.form = form;
    this.pool = pool;
    this.headCount = headCount;
    this.format = format;
    this.group = headCount / format.kvHeadCount();
    this.headDim = format.headDim();
    this.tileTokens =
        Math.max(1, Integer.highestOneBit(TARGET_ROWS / Math.min(group, TARGET_ROWS)));
    this.partitionTokens = format.blockTokens() * (AttentionSimd.STRIDE / format.blockTokens());
    this.scalarKernels = new AttentionBlocks(format, false);
    this.vectorKernels = new AttentionBlocks(format, true);
    int rows = AttentionBlocks.paddedRows(tileTokens * group);
    this.scratch = new AttentionScratch[pool.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new AttentionScratch(rows, headDim, format.blockTokens(), partitionTokens);
    }
  }

  /**
   * Queues one sequence: {@code tokens} queries [tokens, headCount * headDim] of which the first
   * stands at {@code position}; results go to {@code out} in the same shape. The keys and values of
   * positions 0 to position + tokens - 1 must be in their blocks when {@link #run} is called;
   * {@code blockOffsets[i]} is where this layer's part of logical block i lies in {@code pool}
   * (entries that no query can see are not looked at).
   */
  public void add(
      MemorySegment pool,
      long[] blockOffsets,
      int position,
      int tokens,
      float[] q,
      int qOffset,
      float[] out,
      int outOffset) {
    if (sequenceCount == memory.length) {
      grow();
    }
    int i = sequenceCount++;
    this.memory[i] = pool;
    this.offsets[i] = blockOffsets;
    this.position[i] = position;
    this.tokens[i] = tokens;
    this.q[i] = q;
    this.qOffset[i] = qOffset;
    this.out[i] = out;
    this.outOffset[i] = outOffset;
  }

  private void grow() {
    int size = 2 * memory.length;
    memory = Arrays.copyOf(memory, size);
    offsets = Arrays.copyOf(offsets, size);
    position = Arrays.copyOf(position, size);
    tokens = Arrays.copyOf(tokens, size);
    q = Arrays.copyOf(q, size);
    qOffset = Arrays.copyOf(qOffset, size);
    out = Arrays.copyOf(out, size);
    outOffset = Arrays.copyOf(outOffset, size);
  }

  /**
   * Computes all queued sequences and empties the queue.
   *
   * @param scale factor on q . k, usually 1 / sqrt(headDim)
   * @param windowTokens position p sees q iff 0 <= p - q < windowTokens; 0 = no limit
   * @param sinks one extra logit per head [headCount] that takes part in the softmax and has no
   *     value; null = none
   */
  public void run(float scale, int windowTokens, float[] sinks) {
    this.scale = scale;
    this.windowTokens = windowTokens;
    this.sinks = sinks;
    boolean vectors = form.ready();
    this.kernels = vectors ? vectorKernels : scalarKernels;
    long start = vectors ? 0 : System.nanoTime();
    kernels.expect(blockCount());
    boolean split = plan();
    nextItem.set(0);
    pool.run(Part.ATTENTION, tileJob);
    if (split) {
      nextItem.set(0);
      pool.run(Part.ATTENTION, mergeJob);
    }
    if (!vectors) {
      form.worked(System.nanoTime() - start);
    }
    Arrays.fill(memory, 0, sequenceCount, null);
    Arrays.fill(offsets, 0, sequenceCount, null);
    Arrays.fill(q, 0, sequenceCount, null);
    Arrays.fill(out, 0, sequenceCount, null);
    sequenceCount = 0;
  }

  /**
   * Whether the vector kernels answer by now; a little after the start the scalar ones still do,
   * with the same bits.
   */
  public boolean usesVectors() {
    return form.ready();
  }

  // ---------------------------------------------------------------- planning

  /** Blocks that the queued sequences see. */
  private long blockCount() {
    long count = 0;
    for (int i = 0; i < sequenceCount; i++) {
      count += (position[i] + tokens[i] - firstSeen(position[i])) / format.blockTokens() + 1;
    }
    return count;
  }

  /**
   * Lists the tiles, the costly late ones first, and the items of work. Returns whether tiles were
   * split.
   */
  private boolean plan() {
    tileCount = 0;
    for (int s = 0; s < sequenceCount; s++) {
      for (int first = (tokens[s] - 1) / tileTokens * tileTokens; first >= 0; first -= tileTokens) {
        for (int head = 0; head < format.kvHeadCount(); head++) {
          int at = tileCount++ * TILE_INTS;
          tiles = at + TILE_INTS > tiles.length ? Arrays.copyOf(tiles, 2 * tiles.length) : tiles;
          tiles[at] = s;
          tiles[at + 1] = head;
          tiles[at + 2] = first;
          tiles[at + 3] = Math.min(tileTokens, tokens[s] - first);
        }
      }
    }
    boolean few = pool.threads() > 1 && tileCount < ITEMS_PER_THREAD * pool.threads();
    boolean split = false;
    itemCount = 0;
    int partialFloats = 0;
    for (int tile = 0; tile < tileCount; tile++) {
      int at = tile * TILE_INTS;
      int first = firstPartition(tile);
      int last = lastPartition(tile);
      if (!few || first == last) {
        tiles[at + 4] = -1;
        addItem(tile, -1, -1);
        continue;
      }
      split = true;
      tiles[at + 4] = itemCount;
      for (int p = first; p <= last; p++) {
        addItem(tile, p, partialFloats);
        partialFloats += tiles[at + 3] * group * (headDim + 2);
      }
    }
    partials =
        partialFloats > partials.length ? new float[partialFloats + partialFloats / 2] : partials;
    return split;
  }

  private void addItem(int tile, int partition, int start) {
    int at = itemCount++ * ITEM_INTS;
    items = at + ITEM_INTS > items.length ? Arrays.copyOf(items, 2 * items.length) : items;
    items[at] = tile;
    items[at + 1] = partition;
    items[at + 2] = start;
  }

  /** First position that a query at {@code p} sees. */
  private int firstSeen(int p) {
    return windowTokens == 0 ? 0 : Math.max(0, p - windowTokens + 1);
  }

  private int firstQuery(int tile) {
    return position[tiles[tile * TILE_INTS]] + tiles[tile * TILE_INTS + 2];
  }

  private int firstPartition(int tile) {
    return firstSeen(firstQuery(tile)) / partitionTokens;
  }

  private int lastPartition(int tile) {
    return (firstQuery(tile) + tiles[tile * TILE_INTS + 3] - 1) / partitionTokens;
  }

  // ---------------------------------------------------------------- work

  private void runTiles(int worker, int workerCount) {
    AttentionScratch s = scratch[worker];
    for (int item = nextItem.getAndIncrement();
        item < itemCount;
        item = nextItem.getAndIncrement()) {
      int tile = items[item * ITEM_INTS];
      int partition = items[item * ITEM_INTS + 1];
      loadQueries(s, tile);
      if (partition >= 0) {
        partition(s, tile, partition);
        storePartial(s, tile, items[item * ITEM_INTS + 2]);
        continue;
      }
      int rows = start(s, tile);
      for (int p = firstPartition(tile); p <= lastPartition(tile); p++) {
        partition(s, tile, p);
        for (int r = 0; r < rows; r++) {
          kernels.merge(s, r, s.partMax[r], s.partSum[r], s.part, r * headDim);
        }
      }
      finish(s, tile);
    }
  }

  private void runMerges(int worker, int workerCount) {
    AttentionScratch s = scratch[worker];
    for (int tile = nextItem.getAndIncrement();
        tile < tileCount;
        tile = nextItem.getAndIncrement()) {
      int item = tiles[tile * TILE_INTS + 4];
      if (item < 0) {
        continue;
      }
      int rows = start(s, tile);
      int count = lastPartition(tile) - firstPartition(tile) + 1;
      for (int p = 0; p < count; p++) {
        int at = items[(item + p) * ITEM_INTS + 2];
        for (int r = 0; r < rows; r++, at += headDim + 2) {
          kernels.merge(s, r, partials[at], partials[at + 1], partials, at + 2);
        }
      }
      finish(s, tile);
    }
  }

  /** Where query row {@code r} of a tile starts within its sequence's q or out. */
  private int rowOffset(int tile, int r) {
    int at = tile * TILE_INTS;
    int token = tiles[at + 2] + r / group;
    int head = tiles[at + 1] * group + r % group;
    return (token * headCount + head) * headDim;
  }

  /** Scales and packs the queries of a tile; rows that only fill up a pass are 0. */
  private void loadQueries(AttentionScratch s, int tile) {
    int sequence = tiles[tile * TILE_INTS];
    int rows = tiles[tile * TILE_INTS + 3] * group;
    float[] from = q[sequence];
    float factor = scale * Exp2.LOG2_E * kernels.queryScale();
    for (int r = 0, pass; r < rows; r += pass) {
      pass = kernels.rowsOfPass(rows - r);
      for (int i = 0; i < pass; i++) {
        int row = r + i < rows ? qOffset[sequence] + rowOffset(tile, r + i) : -1;
        for (int d = 0, to = r * headDim + i; d < headDim; d++, to += pass) {
          s.q[to] = row < 0 ? 0f : from[row + d] * factor;
        }
      }
    }
  }

  /**
   * Sets the running state of a tile's rows to nothing seen but the sink; returns the number of
   * rows.
   */
  private int start(AttentionScratch s, int tile) {
    int rows = tiles[tile * TILE_INTS + 3] * group;
    Arrays.fill(s.acc, 0, rows * headDim, 0f);
    for (int r = 0; r < rows; r++) {
      int head = tiles[tile * TILE_INTS + 1] * group + r % group;
      s.max[r] = sinks == null ? Float.NEGATIVE_INFINITY : sinks[head] * Exp2.LOG2_E;
      s.sum[r] = sinks == null ? 0f : 1f;
    }
    return rows;
  }

  /**
   * Attention of a tile's rows to one partition of the context: max, sum and weighted values of
   * each row.
   */
  private void partition(AttentionScratch s, int tile, int partition) {
    int sequence = tiles[tile * TILE_INTS];
    int head = tiles[tile * TILE_INTS + 1];
    int tokens = tiles[tile * TILE_INTS + 3];
    int rows = tokens * group;
    int query = firstQuery(tile);
    int base = partition * partitionTokens;
    int first = Math.max(firstSeen(query) - base, 0); // relative to base
    int last = Math.min(query + tokens - base, partitionTokens);
    int firstBlock = base / format.blockTokens();
    kernels.scores(memory[sequence], offsets[sequence], firstBlock, head, s, rows, first, last);
    for (int r = 0; r < rows; r++) {
      int p = query + r / group;
      int from = Math.clamp(firstSeen(p) - base, first, last);
      int to = Math.clamp(p + 1 - base, from, last);
      kernels.max(s, r, first, last, from, to);
    }
    for (int r = 0; r < rows; r++) { // apart, so that no row waits for its own max
      kernels.weights(s, r, first, last);
    }
    Arrays.fill(s.part, 0, AttentionBlocks.paddedRows(rows) * headDim, 0f);
    kernels.addValues(memory[sequence], offsets[sequence], firstBlock, head, s, rows, first, last);
  }

  private void storePartial(AttentionScratch s, int tile, int start) {
    int rows = tiles[tile * TILE_INTS + 3] * group;
    for (int r = 0, at = start; r < rows; r++, at += headDim + 2) {
      partials[at] = s.partMax[r];
      partials[at + 1] = s.partSum[r];
      System.arraycopy(s.part, r * headDim, partials, at + 2, headDim);
    }
  }

  private void finish(AttentionScratch s, int tile) {
    int sequence = tiles[tile * TILE_INTS];
    int rows = tiles[tile * TILE_INTS + 3] * group;
    for (int r = 0; r < rows; r++) {
      float inverse = 1f / s.sum[r];
      int to = outOffset[sequence] + rowOffset(tile, r);
      for (int d = 0; d < headDim; d++) {
        out[sequence][to + d] = s.acc[r * headDim + d] * inverse;
      }
    }
  }
}
