package dev.javelin.engine.sampling;

/**
 * Makes tokens that the answer has already used less likely, as OpenAI defines the two penalties.
 * With n occurrences in the answer, n > 0:
 *
 * <pre>
 *   logit = logit - presence - n * frequency
 * </pre>
 */
final class FrequencyStep implements SamplerStep {
  private final TokenHistory written;
  private final float presence;
  private final float frequency;

  FrequencyStep(float presence, float frequency, TokenHistory written) {
    this.presence = presence;
    this.frequency = frequency;
    this.written = written;
  }

  @Override
  public void apply(Candidates candidates) {
    float[] logits = candidates.wholeScores();
    for (int slot = 0; slot < written.slotCount(); slot++) {
      int occurrences = written.countAt(slot);
      if (occurrences > 0) {
        int at = candidates.wholeOffset() + written.tokenAt(slot);
        logits[at] -= presence + occurrences * frequency;
      }
    }
  }
}
