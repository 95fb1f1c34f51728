package dev.javelin.engine.sampling;

/**
 * Makes tokens of the recent past, the prompt's too, less likely:
 *
 * <pre>
 *   logit = logit > 0 ? logit / repetition : logit * repetition
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/1909.05858">CTRL, section 4.1</a>
 */
final class RepetitionStep implements SamplerStep {
  private final TokenHistory recent;
  private final float repetition;

  RepetitionStep(float repetition, TokenHistory recent) {
    this.repetition = repetition;
    this.recent = recent;
  }

  @Override
  public void apply(Candidates candidates) {
    float[] logits = candidates.wholeScores();
    for (int slot = 0; slot < recent.slotCount(); slot++) {
      if (recent.countAt(slot) > 0) {
        int at = candidates.wholeOffset() + recent.tokenAt(slot);
        logits[at] = logits[at] > 0 ? logits[at] / repetition : logits[at] * repetition;
      }
    }
  }
}
