package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.quarter;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;

import dev.javelin.tensor.quant.IQ4_NL;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The sixteen values of IQ4_NL and IQ4_XS. At 512 bits they fill one vector, which is permuted by
 * the codes; at 256 bits two, and the fourth bit of a code chooses between them; at 128 bits they
 * are looked up as bytes, which then become floats.
 */
final class UnevenValues {
  private static final float[] VALUES = new float[16];
  private static final byte[] BYTES = new byte[16];

  static {
    for (int i = 0; i < 16; i++) {
      VALUES[i] = IQ4_NL.value(i);
      BYTES[i] = (byte) IQ4_NL.value(i);
    }
  }

  private UnevenValues() {}

  /** Values of the low nibbles of part {@code part} of the sixteen bytes at {@code o}. */
  static FloatVector low(MemorySegment base, long o, int part) {
    return LANES == 4 ? small(load(base, o), part) : large(Codes.bytes(base, o, part));
  }

  /** Values of the high nibbles. */
  static FloatVector high(MemorySegment base, long o, int part) {
    return LANES == 4
        ? small(load(base, o).reinterpretAsInts().lanewise(LSHR, 4).reinterpretAsBytes(), part)
        : large(Codes.bytes(base, o, part).lanewise(LSHR, 4));
  }

  private static ByteVector load(MemorySegment base, long o) {
    return ByteVector.fromMemorySegment(ByteVector.SPECIES_128, base, o, LITTLE_ENDIAN);
  }

  private static FloatVector small(ByteVector codes, int part) {
    ByteVector table = ByteVector.fromArray(ByteVector.SPECIES_128, BYTES, 0);
    return quarter(codes.and((byte) 15).selectFrom(table).reinterpretAsInts(), part);
  }

  private static FloatVector large(IntVector codes) {
    FloatVector first = codes.selectFrom(table(0)).reinterpretAsFloats();
    if (LANES == 16) {
      return first;
    }
    FloatVector second = codes.selectFrom(table(LANES)).reinterpretAsFloats();
    return first.blend(second, codes.and(8).compare(NE, 0).cast(FLOAT));
  }

  private static IntVector table(int from) {
    return FloatVector.fromArray(FLOAT, VALUES, from).reinterpretAsInts();
  }
}
