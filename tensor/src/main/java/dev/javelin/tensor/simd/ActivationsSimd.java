package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;

import dev.javelin.tensor.ops.Exp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The activation functions of {@code tensor.ops.Activations} for vectors, with the same bits. Every
 * method does whole vectors of its range and returns how many elements those are; the caller does
 * the rest.
 */
public final class ActivationsSimd {
  private ActivationsSimd() {}

  /** x / (1 + exp(-y)): x sigmoid(y). */
  private static FloatVector timesSigmoid(FloatVector x, FloatVector y) {
    FloatVector minus = y.neg();
    minus = minus.blend(Exp.LARGEST, minus.compare(VectorOperators.GT, Exp.LARGEST));
    return x.div(ExpSimd.exp(minus).add(1f));
  }

  private static FloatVector gelu(FloatVector x, float linear, float cubic) {
    FloatVector inner =
        x.mul(x).fma(FloatVector.broadcast(FLOAT, cubic), FloatVector.broadcast(FLOAT, linear));
    return timesSigmoid(x, x.mul(inner));
  }

  public static int swiGlu(float[] gate, float[] up, float[] out, int offset, int size) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    int whole = size - size % LANES;
    for (int i = offset; i < offset + whole; i += LANES) {
      FloatVector g = FloatVector.fromArray(FLOAT, gate, i);
      timesSigmoid(g, g).mul(FloatVector.fromArray(FLOAT, up, i)).intoArray(out, i);
    }
    return whole;
  }

  public static int geGlu(
      float[] gate, float[] up, float[] out, int offset, int size, float linear, float cubic) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    int whole = size - size % LANES;
    for (int i = offset; i < offset + whole; i += LANES) {
      FloatVector g = gelu(FloatVector.fromArray(FLOAT, gate, i), linear, cubic);
      g.mul(FloatVector.fromArray(FLOAT, up, i)).intoArray(out, i);
    }
    return whole;
  }

  public static int gelu(float[] x, int offset, int size, float linear, float cubic) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    int whole = size - size % LANES;
    for (int i = offset; i < offset + whole; i += LANES) {
      gelu(FloatVector.fromArray(FLOAT, x, i), linear, cubic).intoArray(x, i);
    }
    return whole;
  }

  public static int gptOssSwiGlu(
      float[] gate, float[] up, float[] out, int offset, int size, float alpha, float limit) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    int whole = size - size % LANES;
    for (int i = offset; i < offset + whole; i += LANES) {
      FloatVector g = FloatVector.fromArray(FLOAT, gate, i);
      g = g.blend(limit, g.compare(VectorOperators.GT, limit));
      FloatVector u = FloatVector.fromArray(FLOAT, up, i);
      u = u.blend(limit, u.compare(VectorOperators.GT, limit));
      u = u.blend(-limit, u.compare(VectorOperators.LT, -limit));
      timesSigmoid(g, g.mul(alpha)).mul(u.add(1f)).intoArray(out, i);
    }
    return whole;
  }
}
