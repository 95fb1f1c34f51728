package dev.javelin.tensor.ops;

import dev.javelin.tensor.InterleavedWeights;
import dev.javelin.tensor.Precision;
import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.parallel.Job;
import dev.javelin.tensor.parallel.Part;
import dev.javelin.tensor.parallel.WorkerPool;
import dev.javelin.tensor.simd.PackedActivations;
import dev.javelin.tensor.simd.Scratch;
import dev.javelin.tensor.simd.ShortActivations;
import java.util.Arrays;
import java.util.Objects;

/**
 * Matrix products y[t, r] = sum over c of w[r, c] * x[t, c]. Products that do not depend on each
 * other are queued with {@link #add} and then run in one dispatch of the worker pool; each worker
 * takes a fixed range of rows of each of them.
 *
 * <p>Not thread-safe: one instance for each engine loop. Nothing is allocated once the queue has
 * grown to its size.
 */
public final class MatMul {
  /**
   * Rows of a worker's range are multiples of this: 16 floats of y are one cache line, which one
   * worker should own.
   */
  private static final int ROW_UNIT = 16;

  /** The same for products of many tokens, whose inner loops take 8 or 12 rows. */
  private static final int TILE_UNIT = 24;

  /** The same for matrices in the second layout. */
  private static final int GROUP_UNIT = InterleavedWeights.GROUP_ROWS;

  private final WorkerPool pool;
  private final Precision precision;
  private final Job pack = this::packShare;
  private final Job multiply = this::multiplyShare;
  private final Scratch[] scratch; // one for each worker
  private Product[] queue = new Product[16];
  private int count;
  private PackedActivations[] packed = {};
  private int packedCount;
  private ShortActivations[] integers = {};
  private int integersCount;

  public MatMul(WorkerPool pool, Precision precision) {
    this.pool = Objects.requireNonNull(pool);
    this.precision = Objects.requireNonNull(precision);
    this.scratch = new Scratch[pool.threads()];
    Arrays.setAll(scratch, i -> new Scratch());
    fill(0);
  }

  /** How far activations may be rounded. */
  public Precision precision() {
    return precision;
  }

  /**
   * Queues a product. The arrays must not change until {@link #run} returns.
   *
   * @param x [tokens, w.columns] from {@code xOffset}
   * @param y [tokens, w.rows] from {@code yOffset}; must not overlap the x of any queued product
   */
  public MatMul add(WeightMatrix w, float[] x, int xOffset, int tokens, float[] y, int yOffset) {
    Objects.checkFromIndexSize(xOffset, Math.multiplyExact(tokens, w.columns()), x.length);
    Objects.checkFromIndexSize(yOffset, Math.multiplyExact(tokens, w.rows()), y.length);
    int fast = precision == Precision.FAST ? w.kernel().fastTokens(tokens) : 0;
    if (fast > 0) {
      next().set(w, x, xOffset, fast, true, y, yOffset);
    }
    if (fast < tokens) {
      int xRest = xOffset + fast * w.columns();
      next().set(w, x, xRest, tokens - fast, false, y, yOffset + fast * w.rows());
    }
    return this;
  }

  private Product next() {
    if (count == queue.length) {
      queue = Arrays.copyOf(queue, 2 * count);
      fill(count);
    }
    return queue[count++];
  }

  /** Computes all queued products and empties the queue. */
  public void run() {
    try {
      if (pool.isMeasured()) {
        countBytes();
      }
      shareActivations();
      if (packedCount + integersCount > 0) {
        pool.run(Part.MATRICES, pack);
      }
      if (count > 0) {
        pool.run(Part.MATRICES, multiply);
      }
    } finally {
      for (int i = 0; i < count; i++) {
        queue[i].clear();
      }
      for (int i = 0; i < packedCount; i++) {
        packed[i].clear();
      }
      for (int i = 0; i < integersCount; i++) {
        integers[i].clear();
      }
      for (Scratch s : scratch) {
        s.forget();
      }
      count = 0;
      packedCount = 0;
      integersCount = 0;
    }
  }

  private void countBytes() {
    for (int i = 0; i < count; i++) {
      pool.read(queue[i].w.byteSize());
    }
  }

  /**
   * Gives products of many tokens the packed form of their activations; equal activations are
   * packed once.
   */
  private void shareActivations() {
    for (int i = 0; i < count; i++) {
      Product p = queue[i];
      if (p.isFast) {
        p.integers = integersFor(p);
      } else if (p.w.kernel().isPacked(p.tokens)) {
        p.packed = packedFor(p);
      }
    }
  }

  private PackedActivations packedFor(Product p) {
    for (int i = 0; i < packedCount; i++) {
      if (p.w.kernel().canUse(packed[i], p.x, p.xOffset, p.tokens)) {
        return packed[i];
      }
    }
    if (packedCount == packed.length) {
      packed = Arrays.copyOf(packed, packedCount + 1);
      packed[packedCount] = new PackedActivations();
    }
    PackedActivations next = packed[packedCount++];
    p.w.kernel().set(next, p.x, p.xOffset, p.tokens);
    return next;
  }

  private ShortActivations integersFor(Product p) {
    for (int i = 0; i < integersCount; i++) {
      if (p.w.kernel().canUse(integers[i], p.x, p.xOffset, p.tokens)) {
        return integers[i];
      }
    }
    if (integersCount == integers.length) {
      integers = Arrays.copyOf(integers, integersCount + 1);
      integers[integersCount] = new ShortActivations();
    }
    ShortActivations next = integers[integersCount++];
    p.w.kernel().set(next, p.x, p.xOffset, p.tokens);
    return next;
  }

  /** One product at once: {@link #add} and {@link #run}. */
  public void multiply(WeightMatrix w, float[] x, int tokens, float[] y) {
    add(w, x, 0, tokens, y, 0).run();
  }

  private void packShare(int worker, int workerCount) {
    for (int i = 0; i < packedCount; i++) {
      packed[i].pack(worker, workerCount);
    }
    for (int i = 0; i < integersCount; i++) {
      integers[i].pack(worker, workerCount, scratch[worker]);
    }
  }

  private void multiplyShare(int worker, int workerCount) {
    for (int i = 0; i < count; i++) {
      Product p = queue[i];
      if (precision == Precision.FAST && p.w.kernel().isInterleaved(p.tokens)) {
        int from = share(p.w.rows(), GROUP_UNIT, worker, workerCount);
        int to = share(p.w.rows(), GROUP_UNIT, worker + 1, workerCount);
        p.w.kernel().multiplyInterleaved(from, to, p.x, p.xOffset, p.y, p.yOffset, scratch[worker]);
        continue;
      }
      int unit = p.packed == null && p.integers == null ? ROW_UNIT : TILE_UNIT;
      int from = share(p.w.rows(), unit, worker, workerCount);
      int to = share(p.w.rows(), unit, worker + 1, workerCount);
      if (from == to) {
        continue;
      }
      if (p.integers != null) {
        p.w.kernel().multiply(from, to, p.integers, p.y, p.yOffset, scratch[worker]);
      } else if (p.packed == null) {
        p.w.kernel().multiply(from, to, p.x, p.xOffset, p.tokens, p.y, p.yOffset, scratch[worker]);
      } else {
        p.w.kernel().multiply(from, to, p.packed, p.y, p.yOffset, scratch[worker]);
      }
    }
  }

  /** First row of a worker's range. */
  private static int share(int rows, int unit, int worker, int workerCount) {
    long units = (rows + unit - 1) / unit;
    return (int) Math.min(rows, units * worker / workerCount * unit);
  }

  private void fill(int from) {
    for (int i = from; i < queue.length; i++) {
      queue[i] = new Product();
    }
  }

  /** A place in the queue; reused, so that queueing does not allocate. */
  private static final class Product {
    private WeightMatrix w;
    private float[] x;
    private int xOffset;
    private int tokens;
    private boolean isFast; // rounds activations to integers
    private float[] y;
    private int yOffset;
    private PackedActivations packed; // null for few tokens
    private ShortActivations integers; // null unless isFast

    void set(
        WeightMatrix w,
        float[] x,
        int xOffset,
        int tokens,
        boolean isFast,
        float[] y,
        int yOffset) {
      this.w = w;
      this.x = x;
      this.xOffset = xOffset;
      this.tokens = tokens;
      this.isFast = isFast;
      this.y = y;
      this.yOffset = yOffset;
    }

    void clear() {
      set(null, null, 0, 0, false, null, 0);
      packed = null;
      integers = null;
    }
  }
}
