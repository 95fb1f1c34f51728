package dev.javelin.tensor.ops;

/**
 * 2^x for x <= 0: the exponential function of attention, whose queries and sinks carry the factor
 * log2(e). Cheaper than {@link Exp}, because taking the integer away from x is exact; a polynomial
 * of our own for the same reason.
 *
 * <p>2^x = 2^n * 2^r with n = round(x) and |r| <= 1/2; 2^r is a polynomial of degree 6, fitted to
 * that range. The largest relative error is 7.7e-8. Below {@link #SMALLEST} the result is 0; NaN
 * stays NaN.
 */
public final class Exp2 {
  /** Below this the result is 0: 2^-125 and the 2^r below 1 are normal numbers still. */
  public static final float SMALLEST = -125f;

  /** log2(e). */
  public static final float LOG2_E = Exp.LOG2_E;

  /** 1.5 * 2^23: adding it leaves the nearest integer in the low mantissa bits. */
  public static final float ROUND = Exp.ROUND;

  /** 2^r = 1 + C1 r + C2 r^2 + ... + C6 r^6. */
  public static final float C1 = 0.6931472f;

  public static final float C2 = 0.24022648f;
  public static final float C3 = 0.055503324f;
  public static final float C4 = 0.009618437f;
  public static final float C5 = 0.0013398874f;
  public static final float C6 = 0.00015353362f;

  private Exp2() {}

  /** 2^x, see the class comment for the range. */
  static float exp2(float x) {
    float shifted = x + ROUND;
    float r = x - (shifted - ROUND);
    float p = Math.fma(Math.fma(Math.fma(C6, r, C5), r, C4), r, C3);
    p = Math.fma(Math.fma(Math.fma(p, r, C2), r, C1), r, 1f);
    // The low bits of `shifted` are n, its upper ones a constant that the shift drops; p is between
    // 0.7 and 1.42, so n is added to its exponent.
    int bits = (Float.floatToRawIntBits(shifted) << 23) + Float.floatToRawIntBits(p);
    return x < SMALLEST ? 0f : Float.intBitsToFloat(bits);
  }
}
