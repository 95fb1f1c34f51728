package dev.javelin.tensor.simd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Activations of many tokens in the order in which prefill reads them; packed once by all workers
 * together and shared by all products of the same activations.
 *
 * <pre>
 *  512 bits   panels of 2 to 4 vectors of tokens: [panel][column][token of the panel]; then, as at 128 bits, the tokens that
 *             do not fill a vector (fewer than 30 tokens: all of them). Two missing ones are padded with zeros
 *  256 bits   panels of 1 or 2 vectors of tokens, the last padded with zeros
 *  128 bits   rows: [token][column], in the kernel's {@link Order}, padded with zeros to whole vectors
 *  scalar     [column][token]
 * </pre>
 */
public final class PackedActivations {
  /** Columns that a worker packs are multiples of this. */
  private static final int COLUMN_UNIT = 16;

  /** Tokens that may be missing in a vector of 16 without the row form being faster. */
  private static final int MISSING = 2;

  private MemorySegment memory = MemorySegment.NULL;
  private float[] source;
  private int sourceOffset;
  private int tokens;
  private int columns;
  private Order order;
  private int lanes; // of a vector of floats; 0 for scalar form
  private int panelTokens;

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
    this.panelTokens = panelTokens(tokens, lanes);
    long bytes =
        lanes == 0
            ? (long) Float.BYTES * tokens * columns
            : rowsOffset() + (long) Float.BYTES * rowTokens() * rowColumns();
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

  private static int panelTokens(int tokens, int lanes) {
    return switch (lanes) {
      case 16 -> {
        int vectors = (tokens + MISSING) / lanes;
        yield vectors == 1 ? 0 : vectors * lanes;
      }
      case 8 -> roundUp(tokens, lanes);
      default -> 0;
    };
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

  /** Tokens in panels, with those that pad the last one. */
  int panelTokens() {
    return panelTokens;
  }

  /** Tokens in rows, which follow those in panels. */
  int rowTokens() {
    return Math.max(0, tokens - panelTokens);
  }

  /** Floats from one row to the next: one cache line apart in the first-level cache. */
  int rowColumns() {
    return roundUp(columns, COLUMN_UNIT) + COLUMN_UNIT;
  }

  /** Where the rows start, in bytes. */
  long rowsOffset() {
    return (long) Float.BYTES * panelTokens * roundUp(columns, COLUMN_UNIT);
  }

  /**
   * Vectors of tokens in the panel that starts at vector {@code vector}: the last two panels are
   * about equally wide.
   */
  int panelVectors(int vector) {
    int left = panelTokens / lanes - vector;
    int widest = OuterProduct.widest();
    return left <= widest ? left : left < 2 * widest ? (left + 1) / 2 : widest;
  }

  /** Copies a worker's share of the columns. */
  public void pack(int worker, int workerCount) {
    int units = (columns + COLUMN_UNIT - 1) / COLUMN_UNIT;
    int from = (int) ((long) units * worker / workerCount) * COLUMN_UNIT;
    int to = (int) ((long) units * (worker + 1) / workerCount) * COLUMN_UNIT;
    if (lanes == 0) {
      packTokens(from, Math.min(columns, to), 0, tokens, 0, tokens);
    } else {
      packPanels(from, Math.min(columns, to));
      packRows(from, to);
    }
  }

  private void packPanels(int from, int to) {
    int vectors = panelTokens / lanes;
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
    long bytes = (long) Float.BYTES * width * columns;
    long target = FastMemory.offset(memory, Float.BYTES * start, bytes);
    for (int k = from;
        k < to;
        k += COLUMN_UNIT) { // a few lines of source and target, which stay in the first-level cache
      int end = Math.min(k + COLUMN_UNIT, to);
      for (int column = k; column < end; column++) {
        long o = target + Float.BYTES * (long) column * width;
        packColumn(source, sourceOffset + first * columns + column, columns, present, memory, o);
        for (int t = present; t < width; t++) {
          FastMemory.base(memory).set(JAVA_FLOAT_UNALIGNED, o + (long) Float.BYTES * t, 0);
        }
      }
    }
  }

  /** {@code count} floats, {@code stride} apart, next to each other at {@code o}. */
  private static void packColumn(
      float[] source, int from, int stride, int count, MemorySegment memory, long o) {
    MemorySegment base = FastMemory.base(memory);
    o &= FastMemory.ADDRESS;
    for (int t = 0; t < count; t++, from += stride) {
      base.set(JAVA_FLOAT_UNALIGNED, o + t * (long) Float.BYTES, source[from]);
    }
  }

  /** Columns from .. to - 1 of the tokens in rows, zeros where there are none. */
  private void packRows(int from, int to) {
    for (int t = 0; t < rowTokens(); t++) {
      long row = rowsOffset() / Float.BYTES + (long) t * rowColumns();
      int source = sourceOffset + (panelTokens + t) * columns;
      if (order == Order.PLAIN && to <= columns) {
        MemorySegment.copy(
            this.source, source + from, memory, JAVA_FLOAT, Float.BYTES * (row + from), to - from);
      } else {
        packRow(row, source, from, to);
      }
    }
  }

  private void packRow(long row, int source, int from, int to) {
    for (int k = from; k < to; k++) {
      int column = k - k % order.group() + order.column(k % order.group());
      float value = column < columns ? this.source[source + column] : 0;
      memory.setAtIndex(JAVA_FLOAT, row + k, value);
    }
  }

  private static int roundUp(int n, int unit) {
    return (n + unit - 1) / unit * unit;
  }
}
