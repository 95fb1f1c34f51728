package dev.javelin.engine.sampling;

/**
 * One transform between logits and token. The last step of a chain leaves one candidate. Not
 * thread-safe.
 */
interface SamplerStep {
  void apply(Candidates candidates);
}
