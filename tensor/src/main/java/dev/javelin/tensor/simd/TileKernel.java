package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;

/**
 * A kernel that is made of {@link #decode} alone: pieces of a row are written to the first-level
 * cache as floats and multiplied from there by {@link TileDot}. A type whose weights need not go
 * through memory overrides {@link #row} or {@link #twoRows}.
 *
 * <p>At 128 bits weights come in {@link Order#EVERY_FOURTH}, as {@link Codes} reads them.
 */
interface TileKernel extends RowKernel {
  /** Floats behind the 32 vectors of sums in {@link Scratch#lanes}. */
  int TILE = 2048;

  /** Where the tile starts in {@link Scratch#lanes}. */
  int START = 32 * Lanes.STRIDE;

  int HALF_TILE = TILE / 2;

  /** Bytes of {@link #step} weights. */
  int stepBytes();

  @Override
  default Order order() {
    return Species.LANES == 4 ? Order.EVERY_FOURTH : Order.PLAIN;
  }

  @Override
  default void fourRows(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes) {
    twoRows(base, o, far, xb, xo, columns, lanes, 0);
    twoRows(base, o + 2 * far, far, xb, xo, columns, lanes, 2 * Lanes.STRIDE);
  }

  /** Two rows, {@code far} bytes apart, to the vectors at {@code lane}. */
  default void twoRows(
      MemorySegment base,
      long o,
      long far,
      MemorySegment xb,
      long xo,
      int columns,
      float[] lanes,
      int lane) {
    row(base, o, xb, xo, columns, lanes, lane);
    row(base, o + far, xb, xo, columns, lanes, lane + Lanes.STRIDE);
  }

  /**
   * One row times one row of activations, to the vector at {@code lane}. Memory from {@link #START}
   * on is free.
   */
  default void row(
      MemorySegment base, long o, MemorySegment xb, long xo, int columns, float[] lanes, int lane) {
    java.util.Arrays.fill(lanes, lane, lane + Lanes.STRIDE, 0);
    for (int c = 0; c < columns; c += TILE) {
      int count = Math.min(TILE, columns - c);
      decode(base, o + (long) (c / step()) * stepBytes(), lanes, START, count);
      TileDot.oneToken(lanes, START, xb, xo + (long) Float.BYTES * c, count, lane);
    }
  }

  @Override
  default void fourTokens(
      MemorySegment base,
      long o,
      long far,
      MemorySegment xb,
      long x0,
      long x1,
      long x2,
      long x3,
      int columns,
      float[] lanes) {
    java.util.Arrays.fill(lanes, 0, 8 * Lanes.STRIDE, 0);
    for (int c = 0; c < columns; c += HALF_TILE) {
      int count = Math.min(HALF_TILE, columns - c);
      long piece = o + (long) (c / step()) * stepBytes();
      decode(base, piece, lanes, START, count);
      decode(base, piece + far, lanes, START + HALF_TILE, count);
      long at = (long) Float.BYTES * c;
      TileDot.fourTokens(
          lanes, START, START + HALF_TILE, xb, x0 + at, x1 + at, x2 + at, x3 + at, count);
    }
  }
}
