package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;

import dev.javelin.tensor.ops.Exp;
import dev.javelin.tensor.ops.Exp2;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential function of {@code tensor.ops.Exp} for vectors, and the softmax weights of {@code
 * Exp2}: the same bits.
 */
public final class ExpSimd {
  private static final int ONE_BITS = 0x3f800000;

  private ExpSimd() {}

  /**
   * exp(x) for x <= {@link Exp#LARGEST}. In one piece: of several, one that C2 happens to have
   * compiled alone is not inlined any more, and boxes.
   */
  static FloatVector exp(FloatVector x) {
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
    IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(ONE_BITS);
    return p.mul(power.reinterpretAsFloats())
        .blend(0f, x.compare(VectorOperators.LT, Exp.SMALLEST));
  }

  /**
   * The largest of the scores x[offset + from, offset + to) of one row; the rest of x[offset +
   * first, offset + last) becomes minus infinity; first and last are multiples of 16. As integers,
   * because the float maximum of Java takes several instructions and the integer one a single one:
   * positive floats have the order of their bits, negative ones the reverse.
   */
  public static float max(float[] x, int offset, int first, int last, int from, int to) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    for (int t = first; t < from; t++) {
      x[offset + t] = Float.NEGATIVE_INFINITY;
    }
    for (int t = to; t < last; t++) {
      x[offset + t] = Float.NEGATIVE_INFINITY;
    }
    IntVector max = IntVector.broadcast(INT, Integer.MIN_VALUE);
    IntVector min = IntVector.broadcast(INT, Integer.MAX_VALUE);
    for (int t = offset + first; t < offset + last; t += LANES) {
      IntVector bits = FloatVector.fromArray(FLOAT, x, t).reinterpretAsInts();
      max = max.max(bits);
      min = min.min(bits);
    }
    int largest = max.reduceLanes(VectorOperators.MAX);
    int least = min.reduceLanes(VectorOperators.MIN);
    // Without a branch: a row of negative scores alone may come long after this was compiled.
    int negative = largest >> 31;
    return Float.intBitsToFloat(largest & ~negative | least & negative);
  }

  /**
   * The scores x[offset + first, offset + last) of one row, whose largest is {@code max}, become
   * 2^(x - max + exponent), and 0 if they are minus infinity; first and last are multiples of 16.
   * The sums over 16 interleaved lanes are left in {@code lanes}.
   */
  public static void weights(
      float[] x, int offset, int first, int last, float max, int exponent, float[] lanes) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    if (max == Float.NEGATIVE_INFINITY) { // the row sees nothing here
      Arrays.fill(x, offset + first, offset + last, 0f);
      Arrays.fill(lanes, 0, 16, 0f);
      return;
    }
    float round = Exp2.ROUND + exponent; // 2^exponent comes in with the rounding
    for (int j = 0; j < 16; j += LANES) { // one pass at 512 bits, four at 128
      FloatVector sum = FloatVector.zero(FLOAT);
      for (int t = offset + first + j; t < offset + last; t += 16) {
        FloatVector s = FloatVector.fromArray(FLOAT, x, t).sub(max);
        FloatVector shifted = s.add(round);
        FloatVector r = s.sub(shifted.sub(round));
        FloatVector p =
            r.fma(FloatVector.broadcast(FLOAT, Exp2.C6), FloatVector.broadcast(FLOAT, Exp2.C5));
        p = p.fma(r, FloatVector.broadcast(FLOAT, Exp2.C4));
        p = p.fma(r, FloatVector.broadcast(FLOAT, Exp2.C3));
        p = p.fma(r, FloatVector.broadcast(FLOAT, Exp2.C2));
        p = p.fma(r, FloatVector.broadcast(FLOAT, Exp2.C1));
        p = p.fma(r, FloatVector.broadcast(FLOAT, 1f));
        FloatVector e =
            shifted
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, 23)
                .add(p.reinterpretAsInts())
                .reinterpretAsFloats()
                .blend(0f, s.compare(VectorOperators.LT, Exp2.SMALLEST));
        e.intoArray(x, t);
        sum = sum.add(e);
      }
      sum.intoArray(lanes, j);
    }
  }
}
