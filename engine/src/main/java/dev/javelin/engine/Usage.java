package dev.javelin.engine;

/**
 * Tokens of one generation.
 *
 * @param promptTokens all tokens of the prompt
 * @param cachedTokens those of them whose keys and values were found in the cache
 * @param completionTokens tokens that the model wrote, the stop token included
 * @param reasoningTokens those of them that belong to the chain of thought
 */
public record Usage(
    int promptTokens, int cachedTokens, int completionTokens, int reasoningTokens) {}
