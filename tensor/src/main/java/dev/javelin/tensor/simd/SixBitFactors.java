package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The scales and offsets of Q4_K and Q5_K, each eight bytes of a long: four factors are unpacked by
 * one mask and shift.
 */
final class SixBitFactors {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int SIX = 0x3F3F3F3F;
  private static final int LOW = 0x0F0F0F0F;
  private static final int HIGH = 0x30303030;

  private static final int[] FIRST = {4, 5, 6, 7, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15};
  private static final int[] SECOND = {0, 0, 0, 0, 4, 5, 6, 7, 0, 0, 0, 0, 8, 9, 10, 11};
  private static final int[] SHIFT = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4};
  private static final int[] LOW_MASK = {
    63, 63, 63, 63, 15, 15, 15, 15, 63, 63, 63, 63, 15, 15, 15, 15
  };
  private static final int[] HIGH_MASK = {0, 0, 0, 0, 48, 48, 48, 48, 0, 0, 0, 0, 48, 48, 48, 48};
  private static final float[] FIRST_8 = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final float[] LAST_8 = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};

  private static final int[] GROUPS = {0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2};

  private SixBitFactors() {}

  static long scales(MemorySegment base, long f) {
    int first = base.get(INT, f);
    return pair(first & SIX, base.get(INT, f + 8) & LOW | first >>> 2 & HIGH);
  }

  static long offsets(MemorySegment base, long f) {
    int first = base.get(INT, f + 4);
    return pair(first & SIX, base.get(INT, f + 8) >>> 4 & LOW | first >>> 2 & HIGH);
  }

  /** For each block, eight scales d * s[g] and then eight offsets -m * o[g]. */
  static void unpack(
      MemorySegment base, long o, int blocks, int blockBytes, float[] target, int at) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    for (int i = 0; i < blocks; i++, o += blockBytes) {
      unpack(base, o, target, at + 16 * i);
    }
  }

  private static void unpack(MemorySegment base, long o, float[] target, int at) {
    float d = Lanes.half(base, o);
    float m = -Lanes.half(base, o + 2);
    if (LANES == 16) {
      unpackAtOnce(base, o, d, m, target, at);
      return;
    }
    long scales = scales(base, o + 4);
    long offsets = offsets(base, o + 4);
    for (int g = 0; g < 8; g++) {
      target[at + g] = d * (int) (scales >>> 8 * g & 63);
      target[at + 8 + g] = m * (int) (offsets >>> 8 * g & 63);
    }
  }

  /**
   * The sixteen factors in sixteen lanes. FIRST and SECOND say in which of the block's bytes the
   * low and high bits of each are.
   */
  private static void unpackAtOnce(
      MemorySegment base, long o, float d, float m, float[] target, int at) {
    IntVector bytes = Codes.bytes(base, o, 0);
    IntVector first = IntVector.fromArray(Species.INT, FIRST, 0).selectFrom(bytes);
    IntVector second = IntVector.fromArray(Species.INT, SECOND, 0).selectFrom(bytes);
    IntVector low = first.lanewise(LSHR, IntVector.fromArray(Species.INT, SHIFT, 0));
    IntVector high = second.lanewise(LSHR, 2).and(IntVector.fromArray(Species.INT, HIGH_MASK, 0));
    IntVector factors = low.and(IntVector.fromArray(Species.INT, LOW_MASK, 0)).or(high);
    FloatVector first8 = FloatVector.fromArray(Species.FLOAT, FIRST_8, 0).mul(d);
    FloatVector last8 = FloatVector.fromArray(Species.FLOAT, LAST_8, 0).mul(m);
    Codes.floats(factors).mul(first8.add(last8)).intoArray(target, at);
  }

  /** At 512 bits a vector of words has two chunks of 64 weights, whose groups are two apart. */
  static IntVector groups() {
    return IntVector.fromArray(Species.INT, GROUPS, 0);
  }

  /** The factors of the nibbles of a vector of {@link Words}, the first of them at {@code at}. */
  static FloatVector of(float[] lanes, int at, IntVector groups) {
    return LANES == 16
        ? Words.factors(lanes, at, groups)
        : FloatVector.broadcast(Species.FLOAT, lanes[at]);
  }

  /**
   * Adds the products of the offsets of {@code blocks} blocks, unpacked at {@code at}, and the sums
   * of activations at {@code sums} ({@link Order#NIBBLE_WORDS}) to the vector at {@code lane}.
   */
  static void addOffsets(MemorySegment xb, long sums, int blocks, float[] lanes, int at, int lane) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    xb = FastMemory.base(xb);
    sums &= FastMemory.ADDRESS;
    FloatVector a = FloatVector.fromArray(Species.FLOAT, lanes, lane);
    for (int i = 0; i < 16 * blocks; i += LANES) {
      FloatVector factors = FloatVector.fromArray(Species.FLOAT, lanes, at + i);
      a = factors.fma(Lanes.load(xb, sums + (long) i * Float.BYTES), a);
    }
    a.intoArray(lanes, lane);
  }

  private static long pair(int low, int high) {
    return Integer.toUnsignedLong(low) | (long) high << 32;
  }
}
