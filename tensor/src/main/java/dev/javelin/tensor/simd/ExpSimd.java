package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;

import dev.javelin.tensor.ops.Exp;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential function of {@code tensor.ops.Exp} for vectors, and the softmax weights made from
 * it: the same bits.
 */
public final class ExpSimd {
  private static final int ONE_BITS = 0x3f800000;

  private ExpSimd() {}

  /** exp(x) for x <= {@link Exp#LARGEST}. */
  static FloatVector exp(FloatVector x) {
    return exp(x, ONE_BITS);
  }

  /**
   * exp(x) times a power of two; {@code bits} is that power of two as a float's bits. In one piece:
   * of several, one that C2 happens to have compiled alone is not inlined any more, and boxes.
   */
  private static FloatVector exp(FloatVector x, int bits) {
    FloatVector shifted =
        x.fma(FloatVector.broadcast(FLOAT, Exp.LOG2_E), FloatVector.broadcast(FLOAT, Exp.ROUND));
    FloatVector n = shifted.sub(Exp.ROUND);
    FloatVector r = n.fma(FloatVector.broadcast(FLOAT, Exp.LN2_HIGH), x);
    r = n.fma(FloatVector.broadcast(FLOAT, Exp.LN2_LOW), r);
    FloatVector p =
        r.fma(FloatVector.broadcast(FLOAT, Exp.C6), FloatVector.broadcast(FLOAT, Exp.C5));
    p = p.fma(r, FloatVector.broadcast(FLOAT, Exp.C4));
    p = p.fma(r, FloatVector.broadcast(FLOAT, Exp.C3));
    p = p.fma(r, FloatVector.broadcast(FLOAT, Exp.C2));
    p = p.fma(r, FloatVector.broadcast(FLOAT, 1f));
    p = p.fma(r, FloatVector.broadcast(FLOAT, 1f));
    IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(bits);
    return p.mul(power.reinterpretAsFloats())
        .blend(0f, x.compare(VectorOperators.LT, Exp.SMALLEST));
  }

  /**
   * The largest of x[from, to); both are multiples of 16. As integers of the same order (all bits
   * but the sign are inverted for negative numbers), because the float maximum of Java takes
   * several instructions and the integer one a single one.
   */
  static float max(float[] x, int from, int to) {
    IntVector max = IntVector.broadcast(INT, Integer.MIN_VALUE);
    for (int t = from; t < to; t += LANES) {
      IntVector bits = FloatVector.fromArray(FLOAT, x, t).reinterpretAsInts();
      IntVector flip = bits.lanewise(VectorOperators.ASHR, 31).lanewise(VectorOperators.LSHR, 1);
      max = max.max(bits.lanewise(VectorOperators.XOR, flip));
    }
    int largest = max.reduceLanes(VectorOperators.MAX);
    return Float.intBitsToFloat(largest ^ largest >> 31 >>> 1);
  }

  /** Sets the scores x[offset + first, offset + last) outside [from, to) to minus infinity. */
  private static void mask(float[] x, int offset, int first, int last, int from, int to) {
    for (int t = first; t < from; t++) {
      x[offset + t] = Float.NEGATIVE_INFINITY;
    }
    for (int t = to; t < last; t++) {
      x[offset + t] = Float.NEGATIVE_INFINITY;
    }
  }

  /**
   * The scores x[offset + from, offset + to) of one row become factor * exp(x - max), the rest of
   * x[first, last) becomes 0; first and last are multiples of 16, factor a power of two. Returns
   * the max; the sums of factor * exp(x - max) over 16 interleaved lanes are left in {@code lanes}.
   */
  public static float weights(
      float[] x, int offset, int first, int last, int from, int to, float factor, float[] lanes) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    mask(x, offset, first, last, from, to);
    float max = max(x, offset + first, offset + last);
    if (max == Float.NEGATIVE_INFINITY) { // the row sees nothing here
      Arrays.fill(x, offset + first, offset + last, 0f);
      Arrays.fill(lanes, 0, 16, 0f);
      return max;
    }
    int bits = Float.floatToRawIntBits(factor);
    for (int j = 0; j < 16; j += LANES) { // one pass at 512 bits, four at 128
      FloatVector sum = FloatVector.zero(FLOAT);
      for (int t = offset + first + j; t < offset + last; t += 16) {
        FloatVector e = exp(FloatVector.fromArray(FLOAT, x, t).sub(max), bits);
        e.intoArray(x, t);
        sum = sum.add(e);
      }
      sum.intoArray(lanes, j);
    }
    return max;
  }
}
