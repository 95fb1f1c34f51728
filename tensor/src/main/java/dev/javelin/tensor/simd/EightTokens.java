package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;

/**
 * A kernel that keeps its weights in registers for eight tokens: 16 sums, which need the 32
 * registers of 512-bit machines. Up to {@link #MOST} tokens this beats dequantized tiles: weights
 * come from memory once, are decoded once for eight tokens, and are never stored.
 */
interface EightTokens extends RowKernel {
  int TOKENS = 8;

  /** From more tokens on, a tile in the cache serves all of them better. */
  int MOST = 32;

  /** Whether it does so at the width in use. */
  default boolean takesEight() {
    return true;
  }

  /**
   * Two rows, {@code far} bytes apart, times eight rows of activations: vectors 0 to 7 and 8 to 15.
   *
   * @param xo address of the activations, a vector of each token in turn: [columns / LANES, 8,
   *     LANES]
   */
  void eightTokens(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes);

  /** Whether a kernel, which may be null, takes eight tokens. */
  static boolean by(RowKernel kernel) {
    return kernel instanceof EightTokens eight && eight.takesEight();
  }
}
