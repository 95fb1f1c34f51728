package dev.javelin.engine.sampling;

import dev.javelin.tensor.ops.Softmax;

/**
 * Picks a token at random, each with its probability: the first at which the sum of weights passes
 * a random share.
 */
final class DrawStep implements SamplerStep {
  private final RandomStream random;

  DrawStep(RandomStream random) {
    this.random = random;
  }

  @Override
  public void apply(Candidates candidates) {
    float max = candidates.max();
    candidates.pick(candidates.isWhole() ? drawWhole(candidates) : drawFromList(candidates, max));
  }

  private int drawWhole(Candidates candidates) {
    float[] probabilities = candidates.wholeScores();
    int offset = candidates.wholeOffset();
    Softmax.apply(probabilities, offset, candidates.vocabularySize());
    double share = random.nextDouble();
    double sum = 0;
    int last = 0;
    for (int id = 0; id < candidates.vocabularySize(); id++) {
      float probability = probabilities[offset + id];
      if (probability > 0) {
        sum += probability;
        last = id;
        if (sum > share) {
          return id;
        }
      }
    }
    return last; // the probabilities, being rounded, may add up to a little less than 1
  }

  private int drawFromList(Candidates candidates, float max) {
    double total = 0;
    for (int i = 0; i < candidates.count(); i++) {
      float weight = (float) Math.exp((double) candidates.score(i) - max);
      candidates.setScore(i, weight);
      total += weight;
    }
    double share = random.nextDouble() * total;
    double sum = 0;
    int i = 0;
    for (; i < candidates.count() - 1; i++) {
      sum += candidates.score(i);
      if (sum > share) {
        break;
      }
    }
    return candidates.id(i);
  }
}
