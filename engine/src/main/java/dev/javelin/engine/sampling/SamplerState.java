package dev.javelin.engine.sampling;

/**
 * What a {@link Sampler} remembers beside the tokens themselves: with both a saved sequence
 * continues as if it had never stopped.
 *
 * @param random state of the random stream, 4 words
 */
public record SamplerState(long[] random) {}
