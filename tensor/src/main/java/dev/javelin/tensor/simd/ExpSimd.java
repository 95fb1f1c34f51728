package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;

import dev.javelin.tensor.ops.Exp;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The exponential function of {@code tensor.ops.Exp} for vectors, and the softmax weights made from it: the same bits. */
public final class ExpSimd {
  private ExpSimd() {}

  /** exp(x) for x <= {@link Exp#LARGEST}. */
  static FloatVector exp(FloatVector x) {
    FloatVector shifted = x.fma(FloatVector.broadcast(FLOAT, Exp.LOG2_E), FloatVector.broadcast(FLOAT, Exp.ROUND));
    FloatVector n = shifted.sub(Exp.ROUND);
    FloatVector r = n.fma(FloatVector.broadcast(FLOAT, Exp.LN2_HIGH), x);
    r = n.fma(FloatVector.broadcast(FLOAT, Exp.LN2_LOW), r);
    FloatVector p = r.fma(FloatVector.broadcast(FLOAT, Exp.C6), FloatVector.broadcast(FLOAT, Exp.C5));
    p = p.fma(r, FloatVector.broadcast(FLOAT, Exp.C4));
    p = p.fma(r, FloatVector.broadcast(FLOAT, Exp.C3));
    p = p.fma(r, FloatVector.broadcast(FLOAT, Exp.C2));
    FloatVector one = FloatVector.broadcast(FLOAT, 1f);
    p = p.fma(r, one).fma(r, one);
    FloatVector power =
        shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(0x3f800000).reinterpretAsFloats();
    VectorMask<Float> tooSmall = x.compare(VectorOperators.LT, Exp.SMALLEST);
    return p.mul(power).blend(0f, tooSmall);
  }

  /**
   * The largest of x[from, to); both are multiples of 16. As integers of the same order (all bits but the sign are inverted
   * for negative numbers), because the float maximum of Java takes several instructions and the integer one a single one.
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

  /**
   * x = factor * exp(x - max) on [from, to), both multiples of 16; the sums, without the factor, of each of 16 interleaved
   * lanes go to {@code lanes}.
   */
  static void weights(float[] x, int from, int to, float max, float factor, float[] lanes) {
    for (int j = 0; j < 16; j += LANES) { // one pass at 512 bits, four at 128
      FloatVector sum = FloatVector.zero(FLOAT);
      for (int t = from + j; t < to; t += 16) {
        FloatVector e = exp(FloatVector.fromArray(FLOAT, x, t).sub(max));
        e.mul(factor).intoArray(x, t);
        sum = sum.add(e);
      }
      sum.intoArray(lanes, j);
    }
  }

  /**
   * The scores x[offset + from, offset + to) of one row become factor * exp(x - max), the rest of x[first, last) becomes 0; first and
   * last are multiples of 16. Returns the max; the 16 partial sums of exp(x - max) are left in {@code lanes}.
   */
  public static float weights(float[] x, int offset, int first, int last, int from, int to, float factor, float[] lanes) {
    for (int t = first; t < from; t++) {
      x[offset + t] = Float.NEGATIVE_INFINITY;
    }
    for (int t = to; t < last; t++) {
      x[offset + t] = Float.NEGATIVE_INFINITY;
    }
    float max = max(x, offset + first, offset + last);
    if (max == Float.NEGATIVE_INFINITY) { // the row sees nothing here
      Arrays.fill(x, offset + first, offset + last, 0f);
      Arrays.fill(lanes, 0, 16, 0f);
      return max;
    }
    weights(x, offset + first, offset + last, max, factor, lanes);
    return max;
  }
}
