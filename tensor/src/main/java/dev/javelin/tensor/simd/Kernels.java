package dev.javelin.tensor.simd;

import dev.javelin.tensor.QuantType;
import java.util.Optional;

/**
 * Which vector form a quant type has at the width in use. Touch only when {@link
 * SimdSupport#available()}.
 */
final class Kernels {
  private Kernels() {}

  /**
   * @param scale what all weights of the tensor are multiplied by
   */
  static Optional<RowKernel> of(QuantType type, float scale) {
    return switch (SimdSupport.BITS) {
      case 512 -> at512(type, scale);
      case 256 -> at256(type, scale);
      default -> at128(type, scale);
    };
  }

  private static Optional<RowKernel> at512(QuantType type, float scale) {
    return switch (type) {
      case MXFP4 -> Optional.of(new Mxfp4Simd512());
      case Q4_0 -> Optional.of(new Q4_0Simd512());
      case Q8_0 -> Optional.of(new Q8_0Simd());
      default -> atAny(type, scale);
    };
  }

  private static Optional<RowKernel> at256(QuantType type, float scale) {
    return switch (type) {
      case MXFP4 -> Optional.of(new Mxfp4Simd256());
      case Q4_0 -> Optional.of(new Q4_0Simd256());
      case Q8_0 -> Optional.of(new Q8_0Simd());
      default -> atAny(type, scale);
    };
  }

  private static Optional<RowKernel> at128(QuantType type, float scale) {
    return switch (type) {
      case MXFP4 -> Optional.of(new Mxfp4Simd128());
      case Q4_0 -> Optional.of(new Q4_0Simd128());
      case Q8_0 -> Optional.of(new Q8_0Simd128());
      default -> atAny(type, scale);
    };
  }

  private static Optional<RowKernel> atAny(QuantType type, float scale) {
    return switch (type) {
      case F32 -> Optional.of(new F32Simd());
      case F16 -> Optional.of(new F16Simd());
      case BF16 -> Optional.of(new BF16Simd());
      case Q4_1 -> Optional.of(new Q4_1Simd());
      case Q5_0 -> Optional.of(new Q5_0Simd());
      case Q5_1 -> Optional.of(new Q5_1Simd());
      case Q2_K -> Optional.of(new Q2_KSimd());
      case Q3_K -> Optional.of(new Q3_KSimd());
      case Q4_K -> Optional.of(new Q4_KSimd());
      case Q5_K -> Optional.of(new Q5_KSimd());
      case Q6_K -> Optional.of(new Q6_KSimd());
      case IQ4_NL -> Optional.of(new IQ4_NLSimd());
      case IQ4_XS -> Optional.of(new IQ4_XSSimd());
      case TQ1_0 -> Optional.of(new TQ1_0Simd());
      case TQ2_0 -> Optional.of(new TQ2_0Simd());
      case I2_S -> Optional.of(new I2_SSimd(scale));
      default -> Optional.empty();
    };
  }

  /** The integer form of a type, if its weights are small integers. */
  static Optional<ShortKernel> integers(QuantType type, float scale) {
    return switch (type) {
      case MXFP4 -> Optional.of(new Mxfp4Shorts());
      case Q4_0 -> Optional.of(new Q4_0Shorts());
      case TQ2_0 -> SimdSupport.BITS > 128 ? Optional.of(TernaryShorts.tq2()) : Optional.empty();
      case I2_S ->
          SimdSupport.BITS > 128 ? Optional.of(TernaryShorts.i2s(scale)) : Optional.empty();
      default -> Optional.empty();
    };
  }
}
