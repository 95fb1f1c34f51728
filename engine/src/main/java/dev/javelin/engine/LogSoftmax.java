package dev.javelin.engine;

/**
 * log p of one token, or all of them, from raw logits; in double, so that sums over a vocabulary
 * keep their digits.
 */
final class LogSoftmax {
  private LogSoftmax() {}

  /** log p(token) = logit - log sum exp. */
  static double of(float[] logits, int offset, int size, int token) {
    return logits[offset + token] - logSumExp(logits, offset, size);
  }

  /** log sum exp(logits), with the largest taken out so that nothing overflows. */
  static double logSumExp(float[] logits, int offset, int size) {
    float largest = logits[offset + argmax(logits, offset, size)];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += Math.exp(logits[offset + i] - largest);
    }
    return largest + Math.log(sum);
  }

  /** The first of the largest. */
  static int argmax(float[] logits, int offset, int size) {
    int best = 0;
    for (int i = 1; i < size; i++) {
      if (logits[offset + i] > logits[offset + best]) {
        best = i;
      }
    }
    return best;
  }
}
