package dev.javelin.tensor.quantize;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes numbers as GGUF stores them. */
final class Bytes {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Bytes() {}

  static void int16(byte[] target, int o, int value) {
    SHORT.set(target, o, (short) value);
  }

  static void int32(byte[] target, int o, int value) {
    INT.set(target, o, value);
  }

  static void f16(byte[] target, int o, float value) {
    SHORT.set(target, o, Float.floatToFloat16(value));
  }

  /** To the nearest, ties to even; NaN stays NaN. */
  static void bf16(byte[] target, int o, float value) {
    int bits = Float.floatToRawIntBits(value);
    boolean nan = (bits & 0x7FFFFFFF) > 0x7F800000;
    SHORT.set(
        target, o, (short) (nan ? bits >>> 16 | 64 : bits + 0x7FFF + (bits >>> 16 & 1) >>> 16));
  }

  /** What a reader of {@link #f16} gets back. */
  static float roundedToF16(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value));
  }
}
