package dev.javelin.tensor;

import dev.javelin.tensor.quantize.BlockQuantizer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Makes blocks of one quant type from floats, with the same bytes as ggml's reference quantizer.
 * Not thread-safe: one for each thread.
 */
public final class Quantizer {
  private final QuantType type;
  private final BlockQuantizer blocks;

  private Quantizer(QuantType type, BlockQuantizer blocks) {
    this.type = type;
    this.blocks = blocks;
  }

  /**
   * A new quantizer.
   *
   * @throws IllegalArgumentException if the type needs an importance matrix or is not a type for
   *     weights
   */
  public static Quantizer of(QuantType type) {
    BlockQuantizer blocks =
        BlockQuantizer.of(type)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        type + " cannot be quantized to: types=" + types()));
    return new Quantizer(type, blocks);
  }

  /** The types that can be quantized to. */
  public static List<QuantType> types() {
    return Arrays.stream(QuantType.values())
        .filter(type -> BlockQuantizer.of(type).isPresent())
        .toList();
  }

  public QuantType type() {
    return type;
  }

  /** Writes x[xOffset .. xOffset + count - 1], whole blocks, to target[targetOffset ..]. */
  public void quantize(float[] x, int xOffset, int count, byte[] target, int targetOffset) {
    Objects.checkFromIndexSize(xOffset, count, x.length);
    Objects.checkFromIndexSize(targetOffset, (int) type.byteSize(count), target.length);
    int weights = type.blockWeights();
    int bytes = type.blockBytes();
    for (int i = 0, o = targetOffset; i < count; i += weights, o += bytes) {
      blocks.block(x, xOffset + i, target, o);
    }
  }
}
