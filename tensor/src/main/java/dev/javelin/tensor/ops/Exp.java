package dev.javelin.tensor.ops;

/**
 * The exponential function that softmax and all activations use: a polynomial of our own, so that
 * every platform and every vector width gives the same bits.
 *
 * <p>exp(x) = 2^n * exp(r) with n = round(x / ln 2) and |r| <= ln 2 / 2; exp(r) is a polynomial of
 * degree 6, fitted to that range. The largest relative error is 7.3e-8. Below {@link #SMALLEST} the
 * result is 0, above {@link #LARGEST} it stays at exp(LARGEST); NaN stays NaN.
 */
public final class Exp {
  /** Below this the result is 0: exp(-86) = 4.5e-38 is still a normal number. */
  public static final float SMALLEST = -86f;

  /** exp(88) = 1.65e38 is made from 2^127, the largest power of two. */
  public static final float LARGEST = 88f;

  public static final float LOG2_E = 1.44269504f;

  /** 1.5 * 2^23: adding it leaves the nearest integer in the low mantissa bits. */
  public static final float ROUND = 12582912f;

  /** -ln 2 in two parts; the first has 9 bits, so that its product with n is exact. */
  public static final float LN2_HIGH = -0.693359375f;

  public static final float LN2_LOW = 2.12194440e-4f;

  /** exp(r) = 1 + r + r^2 (C2 + C3 r + C4 r^2 + C5 r^3 + C6 r^4). */
  public static final float C2 = 0.5f;

  public static final float C3 = 0.16666515f;
  public static final float C4 = 0.04166626f;
  public static final float C5 = 0.008369223f;
  public static final float C6 = 0.0013946561f;

  private Exp() {}

  /** exp(x), see the class comment for the ends of the range. */
  public static float exp(float x) {
    float clamped = Math.min(Math.max(x, SMALLEST), LARGEST);
    float shifted = Math.fma(clamped, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, LN2_LOW, Math.fma(n, LN2_HIGH, clamped));
    float p = Math.fma(Math.fma(Math.fma(Math.fma(C6, r, C5), r, C4), r, C3), r, C2);
    p = Math.fma(Math.fma(p, r, 1f), r, 1f);
    // The low bits of `shifted` are n, its upper ones a constant that the shift drops.
    float power = Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + 0x3f800000);
    float result = p * power;
    return x < SMALLEST ? 0f : result;
  }

  /** 1 / (1 + exp(-x)). */
  public static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }
}
