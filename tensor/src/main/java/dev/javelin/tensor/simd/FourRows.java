package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;

/**
 * A kernel that takes four rows at once for two to four tokens, where the machine has registers for
 * it.
 */
interface FourRows extends RowKernel {
  /** Whether it does so at the width in use. */
  boolean takesFourRows();

  /**
   * Four rows, {@code far} bytes apart, times the activations at x0 and x1: row r and token t to
   * vector 4 * r + t.
   */
  void fourRowsTwoTokens(
      MemorySegment base,
      long o,
      long far,
      MemorySegment xb,
      long x0,
      long x1,
      int columns,
      float[] lanes);

  /** The same for four tokens. */
  void fourRowsFourTokens(
      MemorySegment base,
      long o,
      long far,
      MemorySegment xb,
      long x0,
      long x1,
      long x2,
      long x3,
      int columns,
      float[] lanes);

  /** Whether a kernel takes four rows of so many tokens. */
  static boolean by(RowKernel kernel, int tokens) {
    return tokens <= 4 && kernel instanceof FourRows four && four.takesFourRows();
  }
}
