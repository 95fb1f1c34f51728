package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;

class NormAndActivationTest {
  private static final int[] SIZES = {1, 2, 7, 16, 31, 64, 100, 577};
  private final Random random = new Random(7);

  private float[] numbers(int size, float scale) {
    float[] x = new float[size];
    AttentionOracle.fill(x, random, scale);
    return x;
  }

  private static double square(float[] x, int offset, int size, double mean) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += (x[offset + i] - mean) * (x[offset + i] - mean);
    }
    return sum / size;
  }

  @Test
  void rmsNormEqualsItsFormulaInPlaceToo() {
    for (int size : SIZES) {
      float[] x = numbers(size + 3, 2);
      float[] weight = numbers(size, 1);
      double scale = 1 / Math.sqrt(square(x, 3, size, 0) + 1e-5);
      float[] out = new float[size + 1];
      RmsNorm.apply(x, 3, weight, 1e-5f, size, out, 1);
      float[] before = x.clone();
      RmsNorm.apply(x, 3, weight, 1e-5f, size, x, 3);
      for (int i = 0; i < size; i++) {
        assertEquals(before[3 + i] * scale * weight[i], out[1 + i], 1e-5);
        assertEquals(out[1 + i], x[3 + i]);
      }
    }
  }

  @Test
  void layerNormEqualsItsFormulaInPlaceToo() {
    for (int size : SIZES) {
      float[] x = numbers(size + 3, 2);
      float[] weight = numbers(size, 1);
      float[] bias = numbers(size, 1);
      double mean = 0;
      for (int i = 0; i < size; i++) {
        mean += (double) x[3 + i] / size;
      }
      double scale = 1 / Math.sqrt(square(x, 3, size, mean) + 1e-3);
      float[] before = x.clone();
      LayerNorm.apply(x, 3, weight, bias, 1e-3f, size, x, 3);
      for (int i = 0; i < size; i++) {
        assertEquals((before[3 + i] - mean) * scale * weight[i] + bias[i], x[3 + i], 2e-5);
      }
    }
  }

  @Test
  void softmaxAddsUpToOneAndKeepsRatios() {
    for (int size : SIZES) {
      float[] x = numbers(size + 2, 5);
      double sum = 0;
      for (int i = 0; i < size; i++) {
        sum += Math.exp(x[2 + i]);
      }
      float[] before = x.clone();
      Softmax.apply(x, 2, size);
      for (int i = 0; i < size; i++) {
        assertEquals(Math.exp(before[2 + i]) / sum, x[2 + i], 3e-7);
      }
      assertEquals(before[0], x[0]);
    }
  }

  private interface Gated {
    void apply(float[] gate, float[] up, float[] out, int offset, int size);
  }

  /** Twice, with work enough between, so that the vector form has its turn. */
  private void check(Gated operation, DoubleBinaryOperator formula) {
    checkOnce(operation, formula);
    float[] x = numbers(1 << 12, 3);
    float[] out = new float[x.length];
    long end = System.nanoTime() + 300_000_000;
    for (int i = 0; i < 1300 || System.nanoTime() < end; i++) {
      operation.apply(x, x, out, 0, x.length);
    }
    checkOnce(operation, formula);
  }

  private void checkOnce(Gated operation, DoubleBinaryOperator formula) {
    for (int size : SIZES) {
      float[] gate = numbers(size + 9, 6);
      float[] up = numbers(size + 9, 6);
      gate[3] = -1000;
      up[3] = 1000;
      float[] out = new float[size + 9];
      operation.apply(gate, up, out, 3, size);
      for (int i = 0; i < out.length; i++) {
        double expected = i < 3 || i >= 3 + size ? 0 : formula.applyAsDouble(gate[i], up[i]);
        assertEquals(expected, out[i], 1e-6 * Math.max(1, Math.abs(expected)));
      }
      for (int i = 3; i < 3 + size; i++) { // one element at a time is the scalar form
        float[] single = new float[size + 9];
        operation.apply(gate, up, single, i, 1);
        assertEquals(single[i], out[i], "vector and scalar form differ");
      }
      operation.apply(gate, up, gate, 3, size);
      for (int i = 3; i < 3 + size; i++) {
        assertEquals(out[i], gate[i]);
      }
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double gelu(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  @Test
  void geluEqualsItsFormula() {
    for (int size : SIZES) {
      float[] x = numbers(size, 4);
      float[] before = x.clone();
      Activations.gelu(x, 0, size);
      for (int i = 0; i < size; i++) {
        assertEquals(gelu(before[i]), x[i], 1e-6);
      }
    }
  }

  @Test
  void activationsEqualTheirFormulas() {
    check(Activations::swiGlu, (g, u) -> g * sigmoid(g) * u);
    check(Activations::geGlu, (g, u) -> gelu(g) * u);
    check(Activations::reluSquaredGlu, (g, u) -> Math.max(g, 0) * Math.max(g, 0) * u);
    check(
        Activations::gptOssSwiGlu,
        (g, u) -> {
          double clamped = Math.min(g, 7);
          return clamped * sigmoid(1.702 * clamped) * (Math.clamp(u, -7, 7) + 1);
        });
  }
}
