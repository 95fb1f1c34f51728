package dev.javelin.engine.model;

import dev.javelin.engine.NotSupported;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.tensor.ops.KvBlockFormat;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Makes a cache layout from a model's sizes: layers that see the same window form a group. */
public final class KvLayouts {
  private KvLayouts() {}

  /**
   * @param windowOfLayer positions that a layer sees; 0: all
   */
  public static KvLayout of(
      ModelSizes sizes, ModelOptions options, IntUnaryOperator windowOfLayer) {
    try {
      return KvLayout.of(
          new KvBlockFormat(
              options.kvType(), sizes.kvHeadCount(), sizes.headDim(), options.blockTokens()),
          IntStream.range(0, sizes.layerCount()).map(windowOfLayer).toArray());
    } catch (IllegalArgumentException e) {
      throw new NotSupported(
          "keys and values of this model cannot be stored so: " + e.getMessage());
    }
  }
}
