package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A kernel of a type whose blocks of 256 weights have scales for groups. Those of many blocks are
 * unpacked to floats first, in a loop of their own; {@link #piece} then broadcasts them from
 * memory.
 */
interface GroupedKernel extends TileKernel {
  /** Bytes that memory gives at a time. */
  int CACHE_LINE = 64;

  /** Floats that {@link #factors} writes for each block; a divisor of {@link TileKernel#TILE}. */
  int factorCount();

  /**
   * Writes the scales (and offsets) of {@code blocks} blocks from {@code o} on to target[at ..].
   */
  void factors(MemorySegment base, long o, int blocks, float[] target, int at);

  /**
   * Adds the products of {@code columns} weights to the vector at {@code lane}; their factors are
   * at {@link #START}.
   */
  void piece(
      MemorySegment base, long o, MemorySegment xb, long xo, int columns, float[] lanes, int lane);

  /**
   * Adds to the vector at {@code lane} what the offsets at {@link #START} contribute; nothing if
   * {@link #piece} applies them itself.
   *
   * @param sums address of the sums of activations, 64 bytes for each block: see {@link
   *     Order#NIBBLE_WORDS}
   */
  default void offsets(MemorySegment xb, long sums, int blocks, float[] lanes, int lane) {}

  @Override
  default void fourRows(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes) {
    // Kept in a place that no one reads, so that it is not left out.
    lanes[START - 1] = touch(base, o, far, columns / step() * stepBytes());
    for (int i = 0; i < 4; i++) {
      row(base, o + i * far, xb, xo, columns, lanes, i * Lanes.STRIDE);
    }
  }

  @Override
  default void row(
      MemorySegment base, long o, MemorySegment xb, long xo, int columns, float[] lanes, int lane) {
    java.util.Arrays.fill(lanes, lane, lane + Lanes.STRIDE, 0);
    int most = TILE / factorCount();
    int blocks = columns / step();
    for (int block = 0; block < blocks; block += most) {
      int count = Math.min(most, blocks - block);
      long at = o + (long) block * stepBytes();
      factors(base, at, count, lanes, START);
      offsets(xb, xo + (long) columns * Float.BYTES + block * 64L, count, lanes, lane);
      piece(base, at, xb, xo + (long) block * step() * Float.BYTES, count * step(), lanes, lane);
    }
  }

  /**
   * Reads something of each cache line of four rows. These reads do not depend on each other, so
   * that many wait for memory at the same time; the products, with much to do for each line, would
   * wait for one after the other.
   */
  private static int touch(MemorySegment base, long o, long far, int bytes) {
    base = FastMemory.base(base);
    o &= FastMemory.ADDRESS;
    far &= FastMemory.ADDRESS;
    int sum = 0;
    for (int i = 0; i < bytes; i += CACHE_LINE) {
      long p = o + i;
      sum += base.get(ValueLayout.JAVA_BYTE, p);
      sum += base.get(ValueLayout.JAVA_BYTE, p + far);
      sum += base.get(ValueLayout.JAVA_BYTE, p + 2 * far);
      sum += base.get(ValueLayout.JAVA_BYTE, p + 3 * far);
    }
    return sum;
  }
}
