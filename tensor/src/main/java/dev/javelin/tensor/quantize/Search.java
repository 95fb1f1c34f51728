package dev.javelin.tensor.quantize;

/**
 * Searches for the scale of one group of weights. {@link #symmetric} and {@link #refined} fit w = s
 * * q with q of -n to n-1; codes are written as q + n. All sums are floats added in order, as in
 * the reference.
 */
final class Search {
  /** Groups with no larger magnitude are zero. */
  static final float NOTHING = 1e-15f;

  private Search() {}

  /** The weight of largest magnitude, with its sign; the first of several. */
  static float extreme(float[] x, int at, int count) {
    float largest = 0;
    float extreme = 0;
    for (int i = 0; i < count; i++) {
      float magnitude = Math.abs(x[at + i]);
      if (magnitude > largest) {
        largest = magnitude;
        extreme = x[at + i];
      }
    }
    return extreme;
  }

  static int clamp(int value, int least, int most) {
    return Math.max(least, Math.min(most, value));
  }

  /**
   * Tries 19 scales around that which maps the extreme weight to -n, and for each takes the best
   * factor by least squares, with weights x^2.
   *
   * @return the scale; codes are in {@code codes[at ..]}
   */
  static float symmetric(float[] x, int at, int count, int n, byte[] codes, int codesAt) {
    float extreme = extreme(x, at, count);
    if (Math.abs(extreme) < NOTHING) {
      java.util.Arrays.fill(codes, codesAt, codesAt + count, (byte) 0);
      return 0;
    }
    float scale = 0;
    float best = 0;
    for (int step = 0; step < 19; step++) {
      int shift = step == 0 ? 0 : step <= 9 ? step - 10 : step - 9; // 0, then -9 .. 9 without 0
      float inverse = shift == 0 ? -n / extreme : -(n + 0.1f * shift) / extreme;
      float products = 0;
      float squares = 0;
      for (int i = 0; i < count; i++) {
        float value = x[at + i];
        int q = clamp(Rounding.nearest(inverse * value), -n, n - 1);
        float weight = value * value;
        products += weight * value * q;
        squares += weight * q * q;
      }
      boolean better = shift == 0 || squares > 0 && products * products > best * squares;
      if (better) {
        for (int i = 0; i < count; i++) {
          codes[codesAt + i] = (byte) (n + clamp(Rounding.nearest(inverse * x[at + i]), -n, n - 1));
        }
        scale = shift == 0 && squares == 0 ? 0 : products / squares;
        best = scale * products;
      }
    }
    return scale;
  }

  /**
   * One scale; then codes are changed one by one as long as that makes the fit better, at most five
   * times around.
   */
  static float refined(float[] x, int at, int count, int n, byte[] codes, int codesAt) {
    float extreme = extreme(x, at, count);
    if (Math.abs(extreme) < NOTHING) {
      java.util.Arrays.fill(codes, codesAt, codesAt + count, (byte) 0);
      return 0;
    }
    float inverse = -n / extreme;
    float products = 0;
    float squares = 0;
    for (int i = 0; i < count; i++) {
      float value = x[at + i];
      int q = clamp(Rounding.nearest(inverse * value), -n, n - 1);
      codes[codesAt + i] = (byte) q;
      float weight = value * value;
      products += weight * value * q;
      squares += weight * q * q;
    }
    boolean changed = true;
    for (int round = 0; round < 5 && changed; round++) {
      changed = false;
      for (int i = 0; i < count; i++) {
        float value = x[at + i];
        float weight = value * value;
        int q = codes[codesAt + i];
        float otherProducts = products - weight * value * q;
        if (otherProducts > 0) {
          float otherSquares = squares - weight * q * q;
          int next = clamp(Rounding.nearest(value * otherSquares / otherProducts), -n, n - 1);
          if (next != q) {
            otherProducts += weight * value * next;
            otherSquares += weight * next * next;
            if (otherSquares > 0
                && otherProducts * otherProducts * squares > products * products * otherSquares) {
              codes[codesAt + i] = (byte) next;
              products = otherProducts;
              squares = otherSquares;
              changed = true;
            }
          }
        }
      }
    }
    for (int i = 0; i < count; i++) {
      codes[codesAt + i] += (byte) n;
    }
    return squares > 0 ? products / squares : 0;
  }
}
