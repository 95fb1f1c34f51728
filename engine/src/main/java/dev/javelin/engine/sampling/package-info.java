/**
 * From logits to a token.
 *
 * <p>A {@link dev.javelin.engine.sampling.Sampler} belongs to one sequence. It runs a chain of
 * steps, each a class of its own, in this order; steps that its parameters switch off are left out:
 *
 * <pre>
 *   logit bias -> repetition -> frequency -> top-k -> top-p -> min-p -> temperature -> draw
 *   logit bias -> repetition -> frequency -> greedy                               (temperature 0)
 * </pre>
 *
 * <p>Steps work on {@code Candidates}: at first all tokens of the vocabulary, in the caller's
 * logits, later a short list. Nothing sorts the vocabulary: top-k keeps a heap of k, top-p finds
 * its threshold digit by digit, min-p compares.
 *
 * <p>To add a step: one class, one line in {@code SamplerChain}.
 */
package dev.javelin.engine.sampling;
