package dev.javelin.engine;

import java.util.List;

/**
 * How likely a token was, by natural logarithm, and which others were most likely in its place.
 *
 * @param bytes what the token stands for
 * @param top most likely first; their own {@code top} is empty
 */
public record TokenLogProbability(
    int id, byte[] bytes, float logProbability, List<TokenLogProbability> top) {}
