package dev.javelin.engine;

/**
 * How far a model's predictions are from a base model's, over the scored positions of a text.
 *
 * @param meanKl mean Kullback-Leibler divergence, sum of base p x (log base p - log p), in nats
 * @param standardError of that mean
 * @param percentile99 99 % of the positions are at most so far apart
 * @param sameTopRate share of positions where both find the same token likeliest
 */
public record PredictionDivergence(
    PerplexityScore score,
    PerplexityScore base,
    double meanKl,
    double standardError,
    double medianKl,
    double percentile99,
    double maxKl,
    double sameTopRate) {}
