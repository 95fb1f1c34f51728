package dev.javelin.tensor.quantize;

/**
 * Fits w = s * q - m with q of 0 to n and m >= 0 to a group of weights: starts at the range of the
 * group, then tries ranges around it, each with scale and offset by weighted least squares. All
 * sums are floats added in order, as in the reference.
 */
final class OffsetSearch {
  private final int highest;
  private final float firstStep;
  private final int steps;
  private final boolean absolute;
  private final byte[] tried;

  /** Weights of the errors; filled by the caller. */
  final float[] weights;

  /** The scale and the offset m that were found. */
  float scale;

  float offset;

  /**
   * @param highest the highest code, n
   * @param firstStep the first range tried maps the group to n + firstStep steps; each further one
   *     to 0.1 more
   * @param absolute whether errors count by magnitude instead of square
   */
  OffsetSearch(int count, int highest, float firstStep, int steps, boolean absolute) {
    this.highest = highest;
    this.firstStep = firstStep;
    this.steps = steps;
    this.absolute = absolute;
    this.tried = new byte[count];
    this.weights = new float[count];
  }

  /** Sets {@link #scale} and {@link #offset}, and the codes. */
  void find(float[] x, int at, byte[] codes, int codesAt) {
    int count = weights.length;
    float least = x[at];
    float most = x[at];
    float sumWeights = 0;
    float sumValues = 0;
    for (int i = 0; i < count; i++) {
      float value = x[at + i];
      least = value < least ? value : least;
      most = value > most ? value : most;
      sumWeights += weights[i];
      sumValues += weights[i] * value;
    }
    least = least > 0 ? 0 : least;
    if (most == least) {
      java.util.Arrays.fill(codes, codesAt, codesAt + count, (byte) 0);
      scale = 0;
      offset = -least;
      return;
    }
    float inverse = highest / (most - least);
    scale = 1 / inverse;
    code(x, at, least, inverse, codes, codesAt);
    float bestError = error(x, at, codes, codesAt, scale, least);
    float best = least;
    for (int step = 0; step <= steps; step++) {
      // The reference measures from the best offset so far, not from the least weight.
      inverse = (firstStep + 0.1f * step + highest) / (most - best);
      code(x, at, best, inverse, tried, 0);
      float codesSum = 0;
      float squares = 0;
      float products = 0;
      for (int i = 0; i < count; i++) {
        float weighted = weights[i] * tried[i];
        codesSum += weighted;
        squares += weighted * tried[i];
        products += weighted * x[at + i];
      }
      float determinant = sumWeights * squares - codesSum * codesSum;
      if (determinant > 0) {
        float nextScale = (sumWeights * products - sumValues * codesSum) / determinant;
        float next = (squares * sumValues - codesSum * products) / determinant;
        if (next > 0) {
          next = 0;
          nextScale = products / squares;
        }
        float error = error(x, at, tried, 0, nextScale, next);
        if (error < bestError) {
          System.arraycopy(tried, 0, codes, codesAt, count);
          bestError = error;
          scale = nextScale;
          best = next;
        }
      }
    }
    offset = -best;
  }

  private void code(float[] x, int at, float least, float inverse, byte[] codes, int codesAt) {
    for (int i = 0; i < weights.length; i++) {
      codes[codesAt + i] =
          (byte) Search.clamp(Rounding.nearest(inverse * (x[at + i] - least)), 0, highest);
    }
  }

  private float error(float[] x, int at, byte[] codes, int codesAt, float scale, float least) {
    float sum = 0;
    for (int i = 0; i < weights.length; i++) {
      float difference = scale * codes[codesAt + i] + least - x[at + i];
      sum += weights[i] * (absolute ? Math.abs(difference) : difference * difference);
    }
    return sum;
  }
}
