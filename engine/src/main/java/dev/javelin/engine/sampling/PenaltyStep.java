package dev.javelin.engine.sampling;

/**
 * Makes tokens of the recent past less likely. With n occurrences in the window:
 *
 * <pre>
 *   logit = logit > 0 ? logit / repetition : logit * repetition
 *   logit = logit - presence - n * frequency
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/1909.05858">CTRL, section 4.1, for the repetition penalty</a>
 */
final class PenaltyStep implements SamplerStep {
  private final TokenHistory history;
  private final float repetition;
  private final float presence;
  private final float frequency;

  PenaltyStep(SamplingParameters parameters, TokenHistory history) {
    this.history = history;
    this.repetition = parameters.repetitionPenalty();
    this.presence = parameters.presencePenalty();
    this.frequency = parameters.frequencyPenalty();
  }

  @Override
  public void apply(Candidates candidates) {
    float[] logits = candidates.wholeScores();
    for (int slot = 0; slot < history.slotCount(); slot++) {
      int occurrences = history.countAt(slot);
      if (occurrences > 0) {
        int at = candidates.wholeOffset() + history.tokenAt(slot);
        float scaled = logits[at] > 0 ? logits[at] / repetition : logits[at] * repetition;
        logits[at] = scaled - presence - occurrences * frequency;
      }
    }
  }
}
