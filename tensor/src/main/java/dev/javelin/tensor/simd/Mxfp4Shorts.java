package dev.javelin.tensor.simd;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;

/** MXFP4 as integers: the doubled values, at every width with 128-bit table look-ups. */
final class Mxfp4Shorts implements ShortKernel {
  private static final byte[] DOUBLED = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
  private static final int NIBBLES = 1;

  @Override
  public int largest() {
    return 12;
  }

  @Override
  public void integers(MemorySegment base, long o, byte[] target) {
    ByteVector table = ByteVector.fromArray(ByteVector.SPECIES_128, DOUBLED, 0);
    ByteVector b =
        ByteVector.fromMemorySegment(ByteVector.SPECIES_128, base, o + NIBBLES, LITTLE_ENDIAN);
    b.and((byte) 15).selectFrom(table).intoArray(target, 0);
    ByteVector high = b.reinterpretAsInts().lanewise(LSHR, 4).reinterpretAsBytes();
    high.and((byte) 15).selectFrom(table).intoArray(target, 16);
  }

  @Override
  public float scale(MemorySegment base, long o) {
    return Mxfp4Tables.halfScale(base, o);
  }
}
