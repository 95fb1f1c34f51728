package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;

/**
 * A kernel that is made of {@link #decode} alone: pieces of a row are written to the first-level cache as floats and multiplied
 * from there by {@link TileDot}. Types whose products are worth loops of their own override {@link #fourRows}.
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
    java.util.Arrays.fill(lanes, 0, 4 * Lanes.STRIDE, 0);
    for (int c = 0; c < columns; c += TILE) {
      int count = Math.min(TILE, columns - c);
      long piece = o + (long) (c / step()) * stepBytes();
      for (int r = 0; r < 4; r++) {
        decode(base, piece + r * far, lanes, START, count);
        TileDot.oneToken(lanes, START, xb, xo + (long) Float.BYTES * c, count, r * Lanes.STRIDE);
      }
    }
  }

  @Override
  default void fourTokens(
      MemorySegment base, long o, long far, MemorySegment xb, long x0, long x1, long x2, long x3, int columns,
      float[] lanes) {
    java.util.Arrays.fill(lanes, 0, 8 * Lanes.STRIDE, 0);
    for (int c = 0; c < columns; c += HALF_TILE) {
      int count = Math.min(HALF_TILE, columns - c);
      long piece = o + (long) (c / step()) * stepBytes();
      decode(base, piece, lanes, START, count);
      decode(base, piece + far, lanes, START + HALF_TILE, count);
      long at = (long) Float.BYTES * c;
      TileDot.fourTokens(lanes, START, START + HALF_TILE, xb, x0 + at, x1 + at, x2 + at, x3 + at, count);
    }
  }
}
