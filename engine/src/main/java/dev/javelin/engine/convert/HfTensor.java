package dev.javelin.engine.convert;

import dev.javelin.engine.ModelInvalid;
import dev.javelin.tensor.QuantType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A tensor of a Hugging Face checkpoint.
 *
 * @param dtype F32, F16, BF16 or U8
 * @param shape slowest dimension first, the other way round than GGUF
 */
record HfTensor(String name, String dtype, int[] shape, MemorySegment data) {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static int elementBytes(String place, String dtype) {
    return switch (dtype) {
      case "F64", "I64", "U64" -> 8;
      case "F32", "I32", "U32" -> 4;
      case "F16", "BF16", "I16", "U16" -> 2;
      case "U8", "I8", "BOOL", "F8_E4M3", "F8_E5M2" -> 1;
      default -> throw new ModelInvalid(place + ": dtype is not known: " + dtype);
    };
  }

  int elementBytes() {
    return elementBytes(name, dtype);
  }

  int elementCount() {
    int count = 1;
    for (int size : shape) {
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  /** The GGUF type with the same bytes. */
  QuantType type() {
    return switch (dtype) {
      case "F32" -> QuantType.F32;
      case "F16" -> QuantType.F16;
      case "BF16" -> QuantType.BF16;
      default ->
          throw new ModelInvalid(name + ": weights must be F32, F16 or BF16: dtype=" + dtype);
    };
  }

  float[] floats() {
    QuantType type = type();
    float[] values = new float[elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case F32 -> data.getAtIndex(FLOAT, i);
            case F16 -> Float.float16ToFloat(data.getAtIndex(SHORT, i));
            default -> Float.intBitsToFloat(data.getAtIndex(SHORT, i) << 16);
          };
    }
    return values;
  }
}
