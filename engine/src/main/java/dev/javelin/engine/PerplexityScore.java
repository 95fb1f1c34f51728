package dev.javelin.engine;

/**
 * How well a text was predicted.
 *
 * @param tokens that were scored
 * @param meanNll mean negative log likelihood of a token, in nats
 * @param standardError of that mean
 */
public record PerplexityScore(int chunks, long tokens, double meanNll, double standardError) {
  /** 95 % of a normal distribution lie within so many standard errors. */
  private static final double CONFIDENCE_95 = 1.96;

  public double perplexity() {
    return Math.exp(meanNll);
  }

  /** Standard error of the perplexity, to first order. */
  public double perplexityError() {
    return perplexity() * standardError;
  }

  /** Lower end of the 95 % confidence interval. */
  public double low() {
    return Math.exp(meanNll - CONFIDENCE_95 * standardError);
  }

  /** Upper end of the 95 % confidence interval. */
  public double high() {
    return Math.exp(meanNll + CONFIDENCE_95 * standardError);
  }
}
