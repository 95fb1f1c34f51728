package dev.javelin.engine;

/**
 * Where the time of one generation went, in nanoseconds.
 *
 * @param queueNanos from submission to the first step it took part in
 * @param prefillNanos from there to the first token
 * @param decodeNanos from the first token to the last
 */
public record Timings(long queueNanos, long prefillNanos, long decodeNanos) {
  /** From submission to the first token. */
  public long timeToFirstTokenNanos() {
    return queueNanos + prefillNanos;
  }

  /** Prompt tokens a second, of those that were not cached. */
  public double prefillTokensPerSecond(Usage usage) {
    return rate(usage.promptTokens() - usage.cachedTokens(), prefillNanos);
  }

  /** Tokens a second after the first one. */
  public double decodeTokensPerSecond(Usage usage) {
    return rate(usage.completionTokens() - 1, decodeNanos);
  }

  private static double rate(int tokens, long nanos) {
    return tokens <= 0 || nanos <= 0 ? 0 : tokens * 1e9 / nanos;
  }
}
