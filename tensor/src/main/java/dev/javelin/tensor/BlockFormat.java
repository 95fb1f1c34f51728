package dev.javelin.tensor;

import java.lang.foreign.MemorySegment;

/**
 * The plain Java reference of one quant type: how its blocks are read. Everything faster is held
 * equal to this.
 *
 * <p>Offsets are bytes from the start of {@code source}; {@code count} is a multiple of the type's
 * block weights.
 */
public interface BlockFormat {
  /**
   * The format of one tensor: a type that keeps something of the whole tensor behind its blocks
   * reads it here.
   *
   * @param tensor all its bytes
   */
  default BlockFormat of(MemorySegment tensor, long weights) {
    return this;
  }

  /** What every weight of the tensor is multiplied by, apart from its block's scale. */
  default float tensorScale() {
    return 1;
  }

  /** Writes {@code count} weights, exactly as the format defines them, to {@code target}. */
  void dequantize(MemorySegment source, long offset, float[] target, int targetOffset, int count);

  /** Sum of {@code count} products weight x activation, both in order. */
  float dot(MemorySegment source, long offset, float[] x, int xOffset, int count);
}
