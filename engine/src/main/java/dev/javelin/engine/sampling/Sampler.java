package dev.javelin.engine.sampling;

import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Picks the tokens of one sequence. Owns the sequence's random stream and what penalties look at.
 * One thread at a time; no allocation when warm.
 */
public final class Sampler {
  private final TokenHistory recent; // of prompt and answer
  private final TokenHistory written; // of the answer
  private final RandomStream random;
  private final Candidates candidates;
  private final SamplerStep[] steps;
  private final int vocabularySize;
  private final boolean draws;

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
    this.draws = parameters.temperature() > 0;
    this.random = random;
    this.recent = new TokenHistory(parameters.penalizesRecent() ? parameters.penaltyWindow() : 0);
    this.written =
        new TokenHistory(parameters.penalizesWritten() ? SamplingParameters.WHOLE_TEXT : 0);
    this.candidates = new Candidates(vocabularySize);
    this.steps = SamplerChain.of(parameters, recent, written, random, vocabularySize);
  }

  /**
   * A sampler whose random stream continues where {@link #save} was called on one with the same
   * parameters. It must be told of the prompt and the answer again.
   */
  public static Sampler restore(
      SamplingParameters parameters, int vocabularySize, SamplerState state) {
    return new Sampler(parameters, vocabularySize, new RandomStream(state.random()));
  }

  /**
   * Picks a token from logits[offset .. offset + vocabularySize), whose values are lost. A logit of
   * minus infinity forbids its token. Does not take the token in: see {@link #accept}.
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

  /**
   * A token comes without being sampled, since no other may: the random stream moves on as if it
   * had been.
   */
  public void skip() {
    if (draws) {
      random.nextDouble();
    }
  }

  /** Tells the penalties of a token of the prompt. */
  public void acceptPrompt(int token) {
    recent.add(Objects.checkIndex(token, vocabularySize));
  }

  /** Tells the penalties of a token of the answer. */
  public void accept(int token) {
    recent.add(Objects.checkIndex(token, vocabularySize));
    written.add(token);
  }

  public SamplerState save() {
    return new SamplerState(random.save());
  }
}
