package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.INT;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * One token of a K type at 512 bits: 64 bytes of nibbles, half a block, are read as sixteen words.
 * The other bits that a type has are put beside the nibbles, and each code is then set into the
 * mantissa of a power of two where it stands: its lowest bit counts 1 below 2^23 if it is a word's
 * bit 0, and below 2^15 if it is bit 8. So no code is widened, permuted or converted; what this
 * costs is an order of activations of its own ({@link #orderOfOne}).
 *
 * <p>All else is done as at other widths, by the kernel given.
 */
abstract class WordKernel512 implements GroupedKernel {
  /** Bytes of half a block's nibbles, of 128 weights. */
  static final int NIBBLE_BYTES = 64;

  static final int HALF_WEIGHTS = 128;
  static final int X_HALF_BYTES = HALF_WEIGHTS * Float.BYTES;

  /** The four low bits of each byte. */
  static final int NIBBLES = 0x0F0F0F0F;

  /** The powers of two below which bits 0 and 8 of a word count 1. */
  static final int MAGIC_0 = Float.floatToRawIntBits(0x1p23f);

  static final int MAGIC_8 = Float.floatToRawIntBits(0x1p15f);

  private final GroupedKernel other;

  WordKernel512(GroupedKernel other) {
    this.other = other;
  }

  @Override
  public final int step() {
    return other.step();
  }

  @Override
  public final int stepBytes() {
    return other.stepBytes();
  }

  @Override
  public final void decode(
      MemorySegment base, long o, float[] target, int targetOffset, int count) {
    other.decode(base, o, target, targetOffset, count);
  }

  @Override
  public final int factorCount() {
    return other.factorCount();
  }

  @Override
  public final void factors(MemorySegment base, long o, int blocks, float[] target, int at) {
    other.factors(base, o, blocks, target, at);
  }

  static IntVector words(MemorySegment base, long o) {
    return IntVector.fromMemorySegment(INT, base, o, LITTLE_ENDIAN);
  }

  /** The code under {@code mask}, less what {@code zero} has above the power {@code magic}. */
  static FloatVector number(IntVector words, IntVector mask, IntVector magic, FloatVector zero) {
    return words.and(mask).or(magic).reinterpretAsFloats().sub(zero);
  }
}
