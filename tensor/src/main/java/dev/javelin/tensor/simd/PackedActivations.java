package dev.javelin.tensor.simd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Activations of many tokens in the order in which prefill reads them; packed once by all workers
 * together and shared by all products of the same activations.
 *
 * <pre>
 *  512, 256 bits   panels of up to 4 (2) vectors of tokens: [panel][column][token of the panel], short panels padded with zeros
 *  128 bits        rows: [token][column], in the kernel's {@link Order}, padded with zeros to whole vectors
 *  scalar          [column][token]
 * </pre>
 */
public final class PackedActivations {
  /** Columns that a worker packs are multiples of this. */
  private static final int COLUMN_UNIT = 16;

  private MemorySegment memory = MemorySegment.NULL;
  private float[] source;
  private int sourceOffset;
  private int tokens;
  private int columns;
  private Order order;
  private int lanes; // of a vector of floats; 0 for scalar form

  /** Whether these are the activations that a product reads. */
  boolean holds(float[] x, int xOffset, int tokens, int columns, Order order) {
    return source == x
        && sourceOffset == xOffset
        && this.tokens == tokens
        && this.columns == columns
        && this.order == order;
  }

  void set(float[] x, int xOffset, int tokens, int columns, Order order) {
    this.source = x;
    this.sourceOffset = xOffset;
    this.tokens = tokens;
    this.columns = columns;
    this.order = order;
    this.lanes = order == Order.SCALAR ? 0 : SimdSupport.BITS / Float.SIZE;
    long bytes = (long) Float.BYTES * paddedTokens() * paddedColumns();
    if (memory.byteSize() < bytes) {
      memory = Arena.ofAuto().allocate(bytes, 64);
    }
  }

  /** Forgets the caller's array, not the memory. */
  public void clear() {
    source = null;
  }

  /** Lanes of the vectors that these activations are packed for; 0 for the scalar form. */
  int lanes() {
    return lanes;
  }

  private boolean hasPanels() {
    return lanes >= 8;
  }

  int tokens() {
    return tokens;
  }

  int columns() {
    return columns;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Tokens rounded up to whole vectors. */
  int paddedTokens() {
    return hasPanels() ? roundUp(tokens, lanes) : tokens;
  }

  int paddedColumns() {
    return lanes == 4 ? roundUp(columns, lanes) : columns;
  }

  /**
   * Vectors of tokens in the panel that starts at vector {@code vector}: the last two panels are
   * about equally wide.
   */
  int panelVectors(int vector) {
    int left = paddedTokens() / lanes - vector;
    int widest = OuterProduct.widest();
    return left <= widest ? left : left < 2 * widest ? (left + 1) / 2 : widest;
  }

  /** Copies a worker's share of the columns. */
  public void pack(int worker, int workerCount) {
    int units = (paddedColumns() + COLUMN_UNIT - 1) / COLUMN_UNIT;
    int from = (int) ((long) units * worker / workerCount) * COLUMN_UNIT;
    int to =
        Math.min(paddedColumns(), (int) ((long) units * (worker + 1) / workerCount) * COLUMN_UNIT);
    if (hasPanels()) {
      packPanels(from, to);
    } else if (lanes == 0) {
      packTokens(from, to, 0, tokens, 0, tokens);
    } else {
      packRows(from, to);
    }
  }

  private void packPanels(int from, int to) {
    int vectors = paddedTokens() / lanes;
    for (int vector = 0; vector < vectors; ) {
      int width = panelVectors(vector);
      int first = vector * lanes;
      packTokens(
          from,
          to,
          first,
          width * lanes,
          (long) first * columns,
          Math.min(tokens - first, width * lanes));
      vector += width;
    }
  }

  /**
   * Writes columns from .. to - 1 of tokens {@code first} on to [column][width] at float {@code
   * start}.
   */
  private void packTokens(int from, int to, int first, int width, long start, int present) {
    for (int k = from;
        k < to;
        k += COLUMN_UNIT) { // a few lines of source and target, which stay in the first-level cache
      int count = Math.min(COLUMN_UNIT, to - k);
      for (int t = 0; t < width; t++) {
        long o = start + (long) k * width + t;
        if (t < present) {
          packColumns(sourceOffset + (first + t) * columns + k, count, o, width);
        } else {
          for (int i = 0; i < count; i++) {
            memory.setAtIndex(JAVA_FLOAT, o + (long) i * width, 0);
          }
        }
      }
    }
  }

  private void packColumns(int from, int count, long o, int width) {
    MemorySegment target = memory;
    for (int i = 0; i < count; i++) {
      target.setAtIndex(JAVA_FLOAT, o + (long) i * width, source[from + i]);
    }
  }

  private void packRows(int from, int to) {
    for (int t = 0; t < tokens; t++) {
      long row = (long) t * paddedColumns();
      for (int k = from; k < to; k++) {
        int column = k - k % Order.GROUP + order.column(k % Order.GROUP);
        float value = column < columns ? source[sourceOffset + t * columns + column] : 0;
        memory.setAtIndex(JAVA_FLOAT, row + k, value);
      }
    }
  }

  private static int roundUp(int n, int unit) {
    return (n + unit - 1) / unit * unit;
  }
}
