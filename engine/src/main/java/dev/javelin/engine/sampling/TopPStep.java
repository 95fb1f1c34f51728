package dev.javelin.engine.sampling;

import dev.javelin.tensor.ops.Softmax;
import java.util.Arrays;

/**
 * Keeps the nucleus: the fewest most likely tokens whose probabilities add up to p, the lower id
 * first among equals.
 *
 * <p>After top-k the candidates are a sorted list and the nucleus is a prefix of it. A whole
 * vocabulary is not sorted: the probability at which the nucleus ends is found digit by digit. The
 * bits of a positive float order as its value does, so 12 of the 31 bits name one of 4,096 ranges;
 * the probabilities of each are added up, and the range in which the sum from above reaches p is
 * split by the next 11 bits, then by the last 8.
 *
 * @see <a href="https://arxiv.org/abs/1904.09751">The Curious Case of Neural Text Degeneration</a>
 */
final class TopPStep implements SamplerStep {
  private static final int VALUE_BITS = 31;
  private static final int[] DIGIT_BITS = {12, 11, 8};

  private final double p;
  private final double[] mass = new double[1 << DIGIT_BITS[0]];

  /** What the tokens above the threshold that was found last add up to. */
  private double above;

  TopPStep(float p) {
    this.p = p;
  }

  @Override
  public void apply(Candidates candidates) {
    if (candidates.isWhole()) {
      cutWhole(candidates);
    } else {
      cutSorted(candidates);
    }
  }

  private void cutSorted(Candidates candidates) {
    float max = candidates.max();
    double total = 0;
    for (int i = 0; i < candidates.count(); i++) {
      total += Math.exp((double) candidates.score(i) - max);
    }
    double sum = 0;
    int kept = 0;
    while (kept < candidates.count() && (kept == 0 || sum < p * total)) {
      sum += Math.exp((double) candidates.score(kept++) - max);
    }
    candidates.truncate(kept);
  }

  private void cutWhole(Candidates candidates) {
    candidates.max(); // a finite one, or there is nothing to take a softmax of
    float[] probabilities = candidates.wholeScores();
    int start = candidates.wholeOffset();
    int end = start + candidates.vocabularySize();
    Softmax.apply(probabilities, start, candidates.vocabularySize());
    // Never 0: the nucleus has at least one token.
    double target = Math.max(Double.MIN_VALUE, p * sum(probabilities, start, end));
    float threshold = threshold(probabilities, start, end, target);
    double kept = above;
    candidates.startList();
    for (int i = start; i < end; i++) {
      float probability = probabilities[i];
      if (probability > threshold) {
        candidates.add(i - start, (float) Math.log(probability));
      } else if (probability == threshold && kept < target && probability > 0) {
        candidates.add(i - start, (float) Math.log(probability));
        kept += probability;
      }
    }
  }

  private static double sum(float[] values, int start, int end) {
    double sum = 0;
    for (int i = start; i < end; i++) {
      sum += values[i];
    }
    return sum;
  }

  /** The least probability in the nucleus; sets {@link #above}. */
  private float threshold(float[] probabilities, int start, int end, double target) {
    above = 0;
    int prefix = 0;
    int shift = VALUE_BITS;
    for (int bits : DIGIT_BITS) {
      int prefixShift = shift;
      shift -= bits;
      int mask = (1 << bits) - 1;
      Arrays.fill(mass, 0);
      for (int i = start; i < end; i++) {
        int value = Float.floatToRawIntBits(probabilities[i]);
        if (value >>> prefixShift == prefix) {
          mass[value >>> shift & mask] += probabilities[i];
        }
      }
      int digit = mask;
      while (digit > 0 && (mass[digit] == 0 || above + mass[digit] < target)) {
        above += mass[digit--];
      }
      prefix = prefix << bits | digit;
    }
    return Float.intBitsToFloat(prefix);
  }
}
