package dev.javelin.engine.sampling;

/**
 * Divides scores by the temperature: below 1 the likely tokens gain, above 1 the others do. The
 * best score becomes 0 first, so that a tiny temperature cannot overflow.
 */
final class TemperatureStep implements SamplerStep {
  private final float temperature;

  TemperatureStep(float temperature) {
    this.temperature = temperature;
  }

  @Override
  public void apply(Candidates candidates) {
    float max = candidates.max();
    if (candidates.isWhole()) {
      float[] logits = candidates.wholeScores();
      int end = candidates.wholeOffset() + candidates.vocabularySize();
      for (int i = candidates.wholeOffset(); i < end; i++) {
        logits[i] = (logits[i] - max) / temperature;
      }
    } else {
      for (int i = 0; i < candidates.count(); i++) {
        candidates.setScore(i, (candidates.score(i) - max) / temperature);
      }
    }
  }
}
