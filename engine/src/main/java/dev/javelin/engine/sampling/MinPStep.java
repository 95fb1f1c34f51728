package dev.javelin.engine.sampling;

/**
 * Keeps tokens that are at least a given fraction as likely as the best one. Softmax keeps
 * differences of logits, so the bound is best logit + ln(fraction) and no probability has to be
 * computed.
 *
 * @see <a href="https://arxiv.org/abs/2407.01082">Min-p sampling</a>
 */
final class MinPStep implements SamplerStep {
  private final float logFraction;

  MinPStep(float fraction) {
    logFraction = (float) Math.log(fraction);
  }

  @Override
  public void apply(Candidates candidates) {
    float bound = candidates.max() + logFraction;
    if (candidates.isWhole()) {
      float[] logits = candidates.wholeScores();
      int offset = candidates.wholeOffset();
      candidates.startList();
      for (int id = 0; id < candidates.vocabularySize(); id++) {
        if (logits[offset + id] >= bound) {
          candidates.add(id, logits[offset + id]);
        }
      }
      return;
    }
    int count = candidates.count();
    candidates.startList(); // what is kept moves towards the front of the same list
    for (int i = 0; i < count; i++) {
      if (candidates.score(i) >= bound) {
        candidates.add(candidates.id(i), candidates.score(i));
      }
    }
  }
}
