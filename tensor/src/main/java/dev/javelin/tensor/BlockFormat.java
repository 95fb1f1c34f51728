package dev.javelin.tensor;

import java.lang.foreign.MemorySegment;

/**
 * The plain Java reference of one quant type: how its blocks are read. Everything faster is held equal to this.
 *
 * <p>Offsets are bytes from the start of {@code source}; {@code count} is a multiple of the type's block weights.
 */
public interface BlockFormat {
  /** Writes {@code count} weights, exactly as the format defines them, to {@code target}. */
  void dequantize(MemorySegment source, long offset, float[] target, int targetOffset, int count);

  /** Sum of {@code count} products weight x activation, both in order. */
  float dot(MemorySegment source, long offset, float[] x, int xOffset, int count);
}
