package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Loads, and sums over the lanes of a vector in a fixed order. {@code reduceLanes} leaves the order
 * open, and interpreter and compiler use different ones: the same product would give other bits
 * before and after it is compiled.
 */
final class Lanes {
  /** Floats between two vectors that wait for their sum. */
  static final int STRIDE = 16;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private Lanes() {}

  static FloatVector load(MemorySegment base, long o) {
    return FloatVector.fromMemorySegment(FLOAT, base, o, LITTLE_ENDIAN);
  }

  /** The f16 at {@code o}, in every lane. */
  static FloatVector f16(MemorySegment base, long o) {
    return FloatVector.broadcast(FLOAT, half(base, o));
  }

  /** The f16 at {@code o}. */
  static float half(MemorySegment base, long o) {
    return Float.float16ToFloat(base.get(SHORT, o));
  }

  /**
   * As {@link #f16}, by integer operations where the value allows it: they leave the vector units
   * to the loop around. Where it was measured slower, {@link #f16} stays.
   */
  static FloatVector scale(MemorySegment base, long o) {
    return FloatVector.broadcast(FLOAT, halfByBits(base.get(SHORT, o)));
  }

  private static float halfByBits(short h) {
    return (h + 0x400 & 0x7800) == 0 // exponent 31 or 0
        ? Float.float16ToFloat(h)
        : Float.intBitsToFloat((h << 13 & 0x8FFFFFFF) + (127 - 15 << 23));
  }

  /** Byte {@code j} of each int, with its sign, as floats. */
  static FloatVector quarter(IntVector v, int j) {
    return highest(j == 3 ? v : v.lanewise(LSHL, 24 - 8 * j));
  }

  private static FloatVector highest(IntVector v) {
    return (FloatVector) v.lanewise(ASHR, 24).convert(I2F, 0);
  }

  /** Sum of the vector stored at {@code b[o..]}: halves are added until one is left. */
  static float sum(float[] b, int o) {
    float s0 = b[o];
    float s1 = b[o + 1];
    float s2 = b[o + 2];
    float s3 = b[o + 3];
    if (LANES >= 8) {
      float s4 = b[o + 4];
      float s5 = b[o + 5];
      float s6 = b[o + 6];
      float s7 = b[o + 7];
      if (LANES == 16) {
        s0 += b[o + 8];
        s1 += b[o + 9];
        s2 += b[o + 10];
        s3 += b[o + 11];
        s4 += b[o + 12];
        s5 += b[o + 13];
        s6 += b[o + 14];
        s7 += b[o + 15];
      }
      s0 += s4;
      s1 += s5;
      s2 += s6;
      s3 += s7;
    }
    return (s0 + s2) + (s1 + s3);
  }

  /**
   * Sums vectors {@code first} .. {@code first + count - 1} of {@code b} to y[yOffset + i * step],
   * in the order of {@link #sum}; what they held is lost.
   */
  static void sums(float[] b, int first, int count, float[] y, int yOffset, int step) {
    fold(b, first, count);
    for (int i = 0; i < count; i++) {
      y[yOffset + i * step] = four(b, (first + i) * STRIDE);
    }
  }

  /** As {@link #sums}, added to what y holds. */
  static void addSums(float[] b, int first, int count, float[] y, int yOffset, int step) {
    fold(b, first, count);
    for (int i = 0; i < count; i++) {
      y[yOffset + i * step] += four(b, (first + i) * STRIDE);
    }
  }

  /** Adds the halves of each vector until it has four lanes. */
  private static void fold(float[] b, int first, int count) {
    int end = (first + count) * STRIDE;
    if (LANES == 16) {
      for (int o = first * STRIDE; o < end; o += STRIDE) {
        FloatVector low = FloatVector.fromArray(FloatVector.SPECIES_256, b, o);
        low.add(FloatVector.fromArray(FloatVector.SPECIES_256, b, o + 8)).intoArray(b, o);
      }
    }
    if (LANES >= 8) {
      for (int o = first * STRIDE; o < end; o += STRIDE) {
        FloatVector low = FloatVector.fromArray(FloatVector.SPECIES_128, b, o);
        low.add(FloatVector.fromArray(FloatVector.SPECIES_128, b, o + 4)).intoArray(b, o);
      }
    }
  }

  private static float four(float[] b, int o) {
    return (b[o] + b[o + 2]) + (b[o + 1] + b[o + 3]);
  }
}
