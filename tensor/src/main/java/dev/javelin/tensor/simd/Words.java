package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Reads the nibbles of a K type as words, four bytes to a lane, for one token. The other bits that
 * a type has are put beside the nibbles, and each code is then set into the mantissa of a power of
 * two where it stands: its lowest bit counts 1 below 2^23 if it is a word's bit 0, and below 2^15
 * if it is bit 8. So no code is widened, permuted or converted; what this costs is an order of
 * activations of its own ({@link RowKernel#orderOfOne}).
 */
final class Words {
  /** Bytes of one vector of words. */
  static final int BYTES = 4 * LANES;

  /** Weights of one vector of words. */
  static final int WEIGHTS = 2 * BYTES;

  /** Bytes of the activations of so many weights. */
  static final int X_BYTES = WEIGHTS * Float.BYTES;

  /** Vectors of words in a block of 256 weights: a power of two. */
  static final int IN_BLOCK = 256 / WEIGHTS;

  /** The exponent of that power. */
  static final int BLOCK_SHIFT = Integer.numberOfTrailingZeros(IN_BLOCK);

  /** The four low bits of each byte. */
  static final int NIBBLES = 0x0F0F0F0F;

  /** The powers of two below which bits 0 and 8 of a word count 1. */
  static final int MAGIC_0 = Float.floatToRawIntBits(0x1p23f);

  static final int MAGIC_8 = Float.floatToRawIntBits(0x1p15f);

  private Words() {}

  static IntVector words(MemorySegment base, long o) {
    return IntVector.fromMemorySegment(INT, base, o, LITTLE_ENDIAN);
  }

  /** The code under {@code mask}, less what {@code zero} has above the power {@code magic}. */
  static FloatVector number(IntVector words, IntVector mask, IntVector magic, FloatVector zero) {
    return words.and(mask).or(magic).reinterpretAsFloats().sub(zero);
  }

  /** Of the factors from {@code from} on, those that {@code places} says. */
  static FloatVector factors(float[] lanes, int from, IntVector places) {
    IntVector factors = FloatVector.fromArray(FLOAT, lanes, from).reinterpretAsInts();
    return places.selectFrom(factors).reinterpretAsFloats();
  }
}
