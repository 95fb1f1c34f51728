package dev.javelin.engine.sampling;

/**
 * All that a {@link Sampler} remembers: with it a saved sequence continues as if it had never
 * stopped.
 *
 * @param random state of the random stream, 4 words
 * @param history tokens within the penalty window, oldest first; empty if nothing is penalized
 */
public record SamplerState(long[] random, int[] history) {}
