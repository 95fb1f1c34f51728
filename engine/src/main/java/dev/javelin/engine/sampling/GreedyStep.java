package dev.javelin.engine.sampling;

/** Picks the best token, the lowest id among equals. */
final class GreedyStep implements SamplerStep {
  @Override
  public void apply(Candidates candidates) {
    float[] logits = candidates.wholeScores();
    int offset = candidates.wholeOffset();
    int best = 0;
    float bestLogit = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < candidates.vocabularySize(); id++) {
      if (logits[offset + id] > bestLogit) {
        bestLogit = logits[offset + id];
        best = id;
      }
    }
    Candidates.requireFinite(bestLogit);
    candidates.pick(best);
  }
}
