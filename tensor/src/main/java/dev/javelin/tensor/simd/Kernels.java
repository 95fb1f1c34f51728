package dev.javelin.tensor.simd;

import dev.javelin.tensor.QuantType;
import java.util.Optional;

/** Which vector form a quant type has at the width in use. Touch only when {@link SimdSupport#available()}. */
final class Kernels {
  private Kernels() {}

  /** @param scale what all weights of the tensor are multiplied by */
  static Optional<RowKernel> of(QuantType type, float scale) {
    return switch (SimdSupport.BITS) {
      case 512 -> at512(type);
      case 256 -> at256(type);
      default -> at128(type);
    };
  }

  private static Optional<RowKernel> at512(QuantType type) {
    return switch (type) {
      case MXFP4 -> Optional.of(new Mxfp4Simd512());
      case Q4_0 -> Optional.of(new Q4_0Simd512());
      case Q8_0 -> Optional.of(new Q8_0Simd());
      default -> atAny(type);
    };
  }

  private static Optional<RowKernel> at256(QuantType type) {
    return switch (type) {
      case MXFP4 -> Optional.of(new Mxfp4Simd256());
      case Q4_0 -> Optional.of(new Q4_0Simd256());
      case Q8_0 -> Optional.of(new Q8_0Simd());
      default -> atAny(type);
    };
  }

  private static Optional<RowKernel> at128(QuantType type) {
    return switch (type) {
      case MXFP4 -> Optional.of(new Mxfp4Simd128());
      case Q4_0 -> Optional.of(new Q4_0Simd128());
      case Q8_0 -> Optional.of(new Q8_0Simd128());
      default -> atAny(type);
    };
  }

  private static Optional<RowKernel> atAny(QuantType type) {
    return switch (type) {
      case F32 -> Optional.of(new F32Simd());
      case F16 -> Optional.of(new F16Simd());
      case BF16 -> Optional.of(new BF16Simd());
      default -> Optional.empty();
    };
  }
}
