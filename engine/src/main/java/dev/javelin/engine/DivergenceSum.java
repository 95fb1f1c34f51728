package dev.javelin.engine;

import java.util.Arrays;

/** Adds up, position by position, how two models' predictions differ. */
final class DivergenceSum {
  private final int vocabulary;
  private final RunningMean score = new RunningMean();
  private final RunningMean base = new RunningMean();
  private final RunningMean divergence = new RunningMean();
  private double[] each = new double[1024];
  private int count;
  private long sameTop;

  DivergenceSum(int vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** Logits of both for one position, and the token that the text has next. */
  void add(float[] expected, float[] logits, int offset, int next) {
    double expectedLogSum = LogSoftmax.logSumExp(expected, 0, vocabulary);
    double logSum = LogSoftmax.logSumExp(logits, offset, vocabulary);
    double kl = 0;
    for (int i = 0; i < vocabulary; i++) {
      double expectedLog = expected[i] - expectedLogSum;
      double log = logits[offset + i] - logSum;
      kl += Math.exp(expectedLog) * (expectedLog - log);
    }
    base.add(expectedLogSum - expected[next]);
    score.add(logSum - logits[offset + next]);
    divergence.add(kl);
    if (LogSoftmax.argmax(expected, 0, vocabulary)
        == LogSoftmax.argmax(logits, offset, vocabulary)) {
      sameTop++;
    }
    if (count == each.length) {
      each = Arrays.copyOf(each, 2 * count);
    }
    each[count++] = kl;
  }

  PredictionDivergence divergence(int chunks) {
    double[] sorted = Arrays.copyOf(each, count);
    Arrays.sort(sorted);
    return new PredictionDivergence(
        score.score(chunks),
        base.score(chunks),
        divergence.mean(),
        divergence.standardError(),
        quantile(sorted, 0.5),
        quantile(sorted, 0.99),
        sorted[count - 1],
        (double) sameTop / count);
  }

  /** Between two neighbours, the value in proportion. */
  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
