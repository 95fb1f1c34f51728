package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;

/**
 * A quant type whose weights are small integers times the scale of a block of 32: what {@link
 * FastPrefill} multiplies.
 */
interface ShortKernel {
  /** The largest magnitude of a weight without its scale. */
  int largest();

  /** Writes the 32 integer weights of the block at {@code o}. */
  void integers(MemorySegment base, long o, byte[] target);

  /** The scale of the block at {@code o}. */
  float scale(MemorySegment base, long o);
}
