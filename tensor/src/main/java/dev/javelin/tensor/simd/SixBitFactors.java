package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The scales and offsets of Q4_K and Q5_K, each eight bytes of a long: four factors are unpacked by one mask and shift. */
final class SixBitFactors {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int SIX = 0x3F3F3F3F;
  private static final int LOW = 0x0F0F0F0F;
  private static final int HIGH = 0x30303030;

  private SixBitFactors() {}

  static long scales(MemorySegment base, long f) {
    int first = base.get(INT, f);
    return pair(first & SIX, base.get(INT, f + 8) & LOW | first >>> 2 & HIGH);
  }

  static long offsets(MemorySegment base, long f) {
    int first = base.get(INT, f + 4);
    return pair(first & SIX, base.get(INT, f + 8) >>> 4 & LOW | first >>> 2 & HIGH);
  }

  private static long pair(int low, int high) {
    return Integer.toUnsignedLong(low) | (long) high << 32;
  }
}
