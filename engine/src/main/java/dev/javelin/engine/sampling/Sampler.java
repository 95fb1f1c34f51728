package dev.javelin.engine.sampling;

import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Picks the tokens of one sequence. Owns the sequence's random stream and the history that
 * penalties look at. One thread at a time; no allocation when warm.
 */
public final class Sampler {
  private final TokenHistory history;
  private final RandomStream random;
  private final Candidates candidates;
  private final SamplerStep[] steps;
  private final int vocabularySize;

  /**
   * @throws IllegalArgumentException if a logit bias is for a token outside the vocabulary
   */
  public Sampler(SamplingParameters parameters, int vocabularySize) {
    this(
        parameters,
        vocabularySize,
        new RandomStream(parameters.seed().orElseGet(() -> new SplittableRandom().nextLong())));
  }

  private Sampler(SamplingParameters parameters, int vocabularySize, RandomStream random) {
    this.vocabularySize = vocabularySize;
    this.random = random;
    this.history = new TokenHistory(parameters.penalizes() ? parameters.penaltyWindow() : 0);
    this.candidates = new Candidates(vocabularySize);
    this.steps = SamplerChain.of(parameters, history, random, vocabularySize);
  }

  /** A sampler that continues where {@link #save} was called on one with the same parameters. */
  public static Sampler restore(
      SamplingParameters parameters, int vocabularySize, SamplerState state) {
    Sampler sampler = new Sampler(parameters, vocabularySize, new RandomStream(state.random()));
    for (int token : state.history()) {
      sampler.accept(token);
    }
    return sampler;
  }

  /**
   * Picks a token from logits[offset .. offset + vocabularySize), whose values are lost. A logit of
   * minus infinity forbids its token. Does not add the token to the history: see {@link #accept}.
   *
   * @throws IllegalStateException if no token can be picked: all are forbidden, or the best logit
   *     is not finite
   */
  public int sample(float[] logits, int offset) {
    Objects.checkFromIndexSize(offset, vocabularySize, logits.length);
    candidates.reset(logits, offset);
    for (SamplerStep step : steps) {
      step.apply(candidates);
    }
    return candidates.id(0);
  }

  /** Tells the penalties of a token of the prompt or the answer. */
  public void accept(int token) {
    history.add(Objects.checkIndex(token, vocabularySize));
  }

  public SamplerState save() {
    return new SamplerState(random.save(), history.inOrder());
  }
}
