package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops of one quant type over its GGUF bytes. {@link FarRows} and {@link Prefill} walk
 * over the rows and know nothing of the type.
 *
 * <p>Addresses are those of {@link FastMemory}: {@code base} and {@code o} come from one check of
 * the whole range. Sums are left as vectors in {@code lanes}, {@link Lanes#STRIDE} floats apart;
 * {@link Lanes} adds them up. A row's sums are done in the same order wherever the row stands in a
 * call.
 */
interface RowKernel {
  /** Weights in one step of the loops; what columns leave over is done by the scalar form. */
  int step();

  /** The order in which the loops read activations and {@link #decode} writes weights. */
  default Order order() {
    return Order.PLAIN;
  }

  /** The order in which {@link #fourRows} reads activations. */
  default Order orderOfOne() {
    return order();
  }

  /** Activations are multiplied by this power of two before a product, and sums after it. */
  default float prescale() {
    return 1;
  }

  /** Writes {@code count} weights from {@code o} on, in this kernel's order. */
  void decode(MemorySegment base, long o, float[] target, int targetOffset, int count);

  /**
   * Four rows, {@code far} bytes apart, times one row of activations at {@code xb}, {@code xo}:
   * four vectors.
   */
  void fourRows(
      MemorySegment base, long o, long far, MemorySegment xb, long xo, int columns, float[] lanes);

  /**
   * Two rows, {@code far} bytes apart, times the activations at x0 to x3: vectors 0 to 3 and 4 to
   * 7.
   */
  void fourTokens(
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

  /** As {@link #fourTokens} for the activations at x0 and x1: vectors 0, 1 and 4, 5. */
  default void twoTokens(
      MemorySegment base,
      long o,
      long far,
      MemorySegment xb,
      long x0,
      long x1,
      int columns,
      float[] lanes) {
    fourTokens(base, o, far, xb, x0, x1, x0, x1, columns, lanes);
  }
}
