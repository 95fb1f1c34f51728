package dev.javelin.engine;

/**
 * Adds values up for their mean and the mean's standard error: negative log likelihoods,
 * divergences.
 */
final class RunningMean {
  private long count;
  private double sum;
  private double squares;

  void add(double value) {
    count++;
    sum += value;
    squares += value * value;
  }

  double mean() {
    return sum / count;
  }

  /** sqrt(variance / (n - 1)); 0 for a single value. */
  double standardError() {
    double variance = Math.max(0, squares / count - mean() * mean());
    return count > 1 ? Math.sqrt(variance / (count - 1)) : 0;
  }

  PerplexityScore score(int chunks) {
    return new PerplexityScore(chunks, count, mean(), standardError());
  }
}
