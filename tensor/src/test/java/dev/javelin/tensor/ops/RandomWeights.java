package dev.javelin.tensor.ops;

import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/** Random valid blocks of the quant types, at any address. */
public final class RandomWeights {
  private RandomWeights() {}

  /** A matrix whose bytes start {@code misalignment} bytes after a multiple of 64. */
  public static WeightMatrix matrix(
      QuantType type, int rows, int columns, int misalignment, RandomGenerator random) {
    MemorySegment data = bytes(type, rows, columns, misalignment, random);
    return WeightMatrix.of(type + " random", type, data, rows, columns);
  }

  /** The bytes of such a matrix. */
  static MemorySegment bytes(
      QuantType type, int rows, int columns, int misalignment, RandomGenerator random) {
    byte[] bytes = new byte[(int) type.byteSize((long) rows * columns)];
    random.nextBytes(bytes);
    MemorySegment data =
        Arena.ofAuto().allocate(bytes.length + misalignment, 64).asSlice(misalignment);
    data.copyFrom(MemorySegment.ofArray(bytes));
    for (int o = 0; o + type.blockBytes() <= bytes.length; o += type.blockBytes()) {
      switch (type) {
        case F32 -> data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, o, (float) random.nextGaussian());
        case F16 ->
            data.set(
                ValueLayout.JAVA_SHORT_UNALIGNED,
                o,
                Float.floatToFloat16((float) random.nextGaussian()));
        case BF16 ->
            data.set(
                ValueLayout.JAVA_SHORT_UNALIGNED,
                o,
                (short) (Float.floatToRawIntBits((float) random.nextGaussian()) >> 16));
        case MXFP4 -> data.set(ValueLayout.JAVA_BYTE, o, (byte) random.nextInt(118, 126));
        case I2_S -> data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, bytes.length - 32, 0.37f);
        default -> {
          for (int place : scales(type)) {
            short scale = Float.floatToFloat16((float) random.nextGaussian() * 0.01f);
            data.set(ValueLayout.JAVA_SHORT_UNALIGNED, o + place, scale);
          }
        }
      }
    }
    return data;
  }

  /** Where the f16 numbers of a block are. */
  static int[] scales(QuantType type) {
    return switch (type) {
      case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
      case Q2_K -> new int[] {80, 82};
      case Q3_K -> new int[] {108};
      case Q6_K -> new int[] {208};
      case TQ1_0 -> new int[] {52};
      case TQ2_0 -> new int[] {64};
      default -> new int[] {0};
    };
  }

  public static float[] activations(int count, RandomGenerator random) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
