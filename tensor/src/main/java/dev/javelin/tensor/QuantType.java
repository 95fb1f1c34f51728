package dev.javelin.tensor;

import dev.javelin.tensor.quant.BF16;
import dev.javelin.tensor.quant.F16;
import dev.javelin.tensor.quant.F32;
import dev.javelin.tensor.quant.I2_S;
import dev.javelin.tensor.quant.IQ4_NL;
import dev.javelin.tensor.quant.IQ4_XS;
import dev.javelin.tensor.quant.Mxfp4;
import dev.javelin.tensor.quant.Q2_K;
import dev.javelin.tensor.quant.Q3_K;
import dev.javelin.tensor.quant.Q4_0;
import dev.javelin.tensor.quant.Q4_1;
import dev.javelin.tensor.quant.Q4_K;
import dev.javelin.tensor.quant.Q5_0;
import dev.javelin.tensor.quant.Q5_1;
import dev.javelin.tensor.quant.Q5_K;
import dev.javelin.tensor.quant.Q6_K;
import dev.javelin.tensor.quant.Q8_0;
import dev.javelin.tensor.quant.TQ1_0;
import dev.javelin.tensor.quant.TQ2_0;
import java.util.Optional;

/**
 * The tensor types of ggml, with the size of their blocks. A type without a {@link BlockFormat} can
 * be listed but not computed with.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">ggml-common.h</a>
 */
public enum QuantType {
  F32(0, 1, 4, new F32()),
  F16(1, 1, 2, new F16()),
  Q4_0(2, 32, 18, new Q4_0()),
  Q4_1(3, 32, 20, new Q4_1()),
  Q5_0(6, 32, 22, new Q5_0()),
  Q5_1(7, 32, 24, new Q5_1()),
  Q8_0(8, 32, 34, new Q8_0()),
  Q8_1(9, 32, 36),
  Q2_K(10, 256, 84, new Q2_K()),
  Q3_K(11, 256, 110, new Q3_K()),
  Q4_K(12, 256, 144, new Q4_K()),
  Q5_K(13, 256, 176, new Q5_K()),
  Q6_K(14, 256, 210, new Q6_K()),
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18, new IQ4_NL()),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136, new IQ4_XS()),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, 1, 2, new BF16()),
  TQ1_0(34, 256, 54, new TQ1_0()),
  TQ2_0(35, 256, 66, new TQ2_0()),
  /**
   * Microsoft BitNet only: 2-bit codes of the whole tensor, then 32 bytes of which the first four
   * are the scale.
   */
  I2_S(36, 128, 32, new I2_S()),
  MXFP4(39, 32, 17, new Mxfp4());

  private static final int I2_S_TAIL_BYTES = 32;

  private final int ggmlId;
  private final int blockWeights;
  private final int blockBytes;
  private final Optional<BlockFormat> format;

  QuantType(int ggmlId, int blockWeights, int blockBytes) {
    this(ggmlId, blockWeights, blockBytes, Optional.empty());
  }

  QuantType(int ggmlId, int blockWeights, int blockBytes, BlockFormat format) {
    this(ggmlId, blockWeights, blockBytes, Optional.of(format));
  }

  QuantType(int ggmlId, int blockWeights, int blockBytes, Optional<BlockFormat> format) {
    this.ggmlId = ggmlId;
    this.blockWeights = blockWeights;
    this.blockBytes = blockBytes;
    this.format = format;
  }

  /** The number of this type in a GGUF file. */
  public int ggmlId() {
    return ggmlId;
  }

  /** Weights in one block; rows are whole blocks. */
  public int blockWeights() {
    return blockWeights;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Bytes from one row of a matrix to the next. */
  public long rowBytes(int columns) {
    return (long) columns / blockWeights * blockBytes;
  }

  /**
   * Bytes of a tensor of {@code weights} weights.
   *
   * @throws IllegalArgumentException if {@code weights} is not a whole number of blocks
   * @throws ArithmeticException if the size does not fit a long
   */
  public long byteSize(long weights) {
    if (weights < 0 || weights % blockWeights != 0) {
      throw new IllegalArgumentException(
          name() + " needs weights % " + blockWeights + " == 0: weights=" + weights);
    }
    long blocks = Math.multiplyExact(weights / blockWeights, (long) blockBytes);
    return this == I2_S ? Math.addExact(blocks, I2_S_TAIL_BYTES) : blocks;
  }

  /** Whether there is a {@link BlockFormat}, so that matrices of this type can be computed with. */
  public boolean isSupported() {
    return format.isPresent();
  }

  /**
   * How blocks of this type are read.
   *
   * @throws IllegalArgumentException if the type can only be listed
   */
  public BlockFormat format() {
    return format.orElseThrow(
        () -> new IllegalArgumentException(name() + " can be listed but not computed with"));
  }

  /** The type with this number, if it is known. */
  public static Optional<QuantType> byGgmlId(int ggmlId) {
    for (QuantType type : values()) {
      if (type.ggmlId == ggmlId) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
