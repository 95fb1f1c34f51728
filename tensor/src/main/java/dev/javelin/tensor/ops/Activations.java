package dev.javelin.tensor.ops;

import dev.javelin.tensor.simd.ActivationsSimd;

/**
 * Activation functions of feed-forward layers, all made from {@link Exp}. Every method works on the
 * range [offset, offset + size) of its arrays; {@code out} may be one of the inputs.
 */
public final class Activations {
  /** 2 sqrt(2 / pi): tanh(u) = 2 sigmoid(2u) - 1 turns GELU's tanh form into x sigmoid(2u). */
  static final float GELU_LINEAR = 1.5957691216f;

  /** GELU_LINEAR * 0.044715. */
  static final float GELU_CUBIC = 0.0713548163f;

  /** gpt-oss: sharpness of its SiLU and the bound of both inputs. */
  static final float GPT_OSS_ALPHA = 1.702f;

  static final float GPT_OSS_LIMIT = 7f;

  /** Elements that start the race of an operation's forms: some tens of milliseconds. */
  private static final long PRICE = 5_000_000;

  private Activations() {}

  /** One of the operations on two inputs, for the race of its forms. */
  @FunctionalInterface
  private interface Gated {
    void apply(float[] gate, float[] up, float[] out, int offset, int size);
  }

  private static VectorForm race(Gated scalar, Gated vector) {
    float[] gate = new float[256];
    float[] up = new float[256];
    float[] out = new float[256];
    for (int i = 0; i < 256; i++) {
      gate[i] = i / 32f - 4;
      up[i] = 4 - i / 32f;
    }
    return VectorForm.of(
        () -> scalar.apply(gate, up, out, 0, 256),
        () -> vector.apply(gate, up, out, 0, 256),
        PRICE);
  }

  // A class each, so that only the operations that a model uses are raced.

  private static final class SwiGlu {
    static final VectorForm FORM =
        race(
            Activations::scalarSwiGlu,
            (g, u, out, o, n) -> ActivationsSimd.swiGlu(g, u, out, o, n));
  }

  private static final class GeGlu {
    static final VectorForm FORM =
        race(
            Activations::scalarGeGlu,
            (g, u, out, o, n) -> ActivationsSimd.geGlu(g, u, out, o, n, GELU_LINEAR, GELU_CUBIC));
  }

  private static final class Gelu {
    static final VectorForm FORM =
        race(
            (g, u, out, o, n) -> scalarGelu(out, o, n),
            (g, u, out, o, n) -> ActivationsSimd.gelu(out, o, n, GELU_LINEAR, GELU_CUBIC));
  }

  private static final class GptOssSwiGlu {
    static final VectorForm FORM =
        race(
            Activations::scalarGptOssSwiGlu,
            (g, u, out, o, n) ->
                ActivationsSimd.gptOssSwiGlu(g, u, out, o, n, GPT_OSS_ALPHA, GPT_OSS_LIMIT));
  }

  /** x sigmoid(x). */
  public static float silu(float x) {
    return x / (1f + Exp.exp(-x));
  }

  /** 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), computed exactly, not from a table. */
  public static float gelu(float x) {
    float twiceU = x * Math.fma(GELU_CUBIC, x * x, GELU_LINEAR);
    return x / (1f + Exp.exp(-twiceU));
  }

  /** out = silu(gate) * up. */
  public static void swiGlu(float[] gate, float[] up, float[] out, int offset, int size) {
    int done = SwiGlu.FORM.ready() ? ActivationsSimd.swiGlu(gate, up, out, offset, size) : 0;
    scalarSwiGlu(gate, up, out, offset + done, size - done);
    SwiGlu.FORM.worked(size - done);
  }

  private static void scalarSwiGlu(float[] gate, float[] up, float[] out, int offset, int size) {
    for (int i = offset; i < offset + size; i++) {
      out[i] = silu(gate[i]) * up[i];
    }
  }

  /** out = gelu(gate) * up. */
  public static void geGlu(float[] gate, float[] up, float[] out, int offset, int size) {
    int done =
        GeGlu.FORM.ready()
            ? ActivationsSimd.geGlu(gate, up, out, offset, size, GELU_LINEAR, GELU_CUBIC)
            : 0;
    scalarGeGlu(gate, up, out, offset + done, size - done);
    GeGlu.FORM.worked(size - done);
  }

  private static void scalarGeGlu(float[] gate, float[] up, float[] out, int offset, int size) {
    for (int i = offset; i < offset + size; i++) {
      out[i] = gelu(gate[i]) * up[i];
    }
  }

  /** x = gelu(x). */
  public static void gelu(float[] x, int offset, int size) {
    int done =
        Gelu.FORM.ready() ? ActivationsSimd.gelu(x, offset, size, GELU_LINEAR, GELU_CUBIC) : 0;
    scalarGelu(x, offset + done, size - done);
    Gelu.FORM.worked(size - done);
  }

  private static void scalarGelu(float[] x, int offset, int size) {
    for (int i = offset; i < offset + size; i++) {
      x[i] = gelu(x[i]);
    }
  }

  /** out = max(gate, 0)^2 * up. */
  public static void reluSquaredGlu(float[] gate, float[] up, float[] out, int offset, int size) {
    for (int i = offset; i < offset + size; i++) {
      float positive = Math.max(gate[i], 0f);
      out[i] = positive * positive * up[i];
    }
  }

  /** g = min(gate, 7), u = clamp(up, -7, 7); out = g sigmoid(1.702 g) (u + 1). */
  public static void gptOssSwiGlu(float[] gate, float[] up, float[] out, int offset, int size) {
    int done =
        GptOssSwiGlu.FORM.ready()
            ? ActivationsSimd.gptOssSwiGlu(
                gate, up, out, offset, size, GPT_OSS_ALPHA, GPT_OSS_LIMIT)
            : 0;
    scalarGptOssSwiGlu(gate, up, out, offset + done, size - done);
    GptOssSwiGlu.FORM.worked(size - done);
  }

  private static void scalarGptOssSwiGlu(
      float[] gate, float[] up, float[] out, int offset, int size) {
    for (int i = offset; i < offset + size; i++) {
      float g = Math.min(gate[i], GPT_OSS_LIMIT);
      float u = Math.max(Math.min(up[i], GPT_OSS_LIMIT), -GPT_OSS_LIMIT);
      out[i] = g / (1f + Exp.exp(-(g * GPT_OSS_ALPHA))) * (u + 1f);
    }
  }
}
