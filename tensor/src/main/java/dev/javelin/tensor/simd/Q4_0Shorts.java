package dev.javelin.tensor.simd;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;

/** Q4_0 as integers of -8 to 7. */
final class Q4_0Shorts implements ShortKernel {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final int NIBBLES = 2;

  @Override
  public int largest() {
    return 8;
  }

  @Override
  public void integers(MemorySegment base, long o, byte[] target) {
    ByteVector b =
        ByteVector.fromMemorySegment(ByteVector.SPECIES_128, base, o + NIBBLES, LITTLE_ENDIAN);
    b.and((byte) 15).sub((byte) 8).intoArray(target, 0);
    ByteVector high = b.reinterpretAsInts().lanewise(LSHR, 4).reinterpretAsBytes();
    high.and((byte) 15).sub((byte) 8).intoArray(target, 16);
  }

  @Override
  public float scale(MemorySegment base, long o) {
    return Float.float16ToFloat(base.get(SHORT, o));
  }
}
