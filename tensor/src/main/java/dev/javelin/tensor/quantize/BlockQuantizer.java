package dev.javelin.tensor.quantize;

import dev.javelin.tensor.QuantType;
import java.util.Optional;

/**
 * Makes one block of one quant type. An instance may hold memory for its search: one for each
 * thread.
 */
public interface BlockQuantizer {
  /** Writes the block of the weights x[at ..] to target[o ..]. */
  void block(float[] x, int at, byte[] target, int o);

  /** A new quantizer, if the type can be made without an importance matrix. */
  static Optional<BlockQuantizer> of(QuantType type) {
    return Optional.ofNullable(
        switch (type) {
          case F32 -> (x, at, target, o) -> Bytes.int32(target, o, Float.floatToRawIntBits(x[at]));
          case F16 -> (x, at, target, o) -> Bytes.f16(target, o, x[at]);
          case BF16 -> (x, at, target, o) -> Bytes.bf16(target, o, x[at]);
          case Q4_0 -> SmallBlocks::q4_0;
          case Q4_1 -> SmallBlocks::q4_1;
          case Q5_0 -> SmallBlocks::q5_0;
          case Q5_1 -> SmallBlocks::q5_1;
          case Q8_0 -> SmallBlocks::q8_0;
          case MXFP4 -> MicroscalingBlocks::mxfp4;
          case Q2_K -> new Q2_KQuantizer();
          case Q3_K -> new Q3_KQuantizer();
          case Q4_K -> new Q4_KQuantizer(15);
          case Q5_K -> new Q4_KQuantizer(31);
          case Q6_K -> new Q6_KQuantizer();
          case IQ4_NL -> new UnevenQuantizer(1);
          case IQ4_XS -> new UnevenQuantizer(8);
          case TQ1_0 -> TernaryBlocks::tq1_0;
          case TQ2_0 -> TernaryBlocks::tq2_0;
          default -> null; // listed types, and those whose quality depends on an importance matrix
        });
  }
}
