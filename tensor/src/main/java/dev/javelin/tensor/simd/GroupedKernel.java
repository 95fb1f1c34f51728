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

  @Override
  default void row(
      MemorySegment base, long o, MemorySegment xb, long xo, int columns, float[] lanes, int lane) {
    java.util.Arrays.fill(lanes, lane, lane + Lanes.STRIDE, 0);
    int most = TILE / factorCount();
    int blocks = columns / step();
    for (int block = 0; block < blocks; block += most) {
      int count = Math.min(most, blocks - block);
      long at = o + (long) block * stepBytes();
      lanes[lane] += 0f * touch(base, at, count * stepBytes());
      factors(base, at, count, lanes, START);
      piece(base, at, xb, xo + (long) block * step() * Float.BYTES, count * step(), lanes, lane);
    }
  }

  /**
   * Reads something of each cache line. These reads do not depend on each other, so that many wait
   * for memory at the same time; the products, with much to do for each line, would wait for one
   * after the other.
   */
  private static int touch(MemorySegment base, long o, int bytes) {
    base = FastMemory.base(base);
    o &= FastMemory.ADDRESS;
    int sum = 0;
    for (int i = 0; i < bytes; i += CACHE_LINE) {
      sum += base.get(ValueLayout.JAVA_BYTE, o + i);
    }
    return sum;
  }
}
