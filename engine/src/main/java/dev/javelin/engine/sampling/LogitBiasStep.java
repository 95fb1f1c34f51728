package dev.javelin.engine.sampling;

import java.util.Map;

/** Adds what the request says to the logits of single tokens. */
final class LogitBiasStep implements SamplerStep {
  private final int[] ids;
  private final float[] biases;

  LogitBiasStep(Map<Integer, Float> bias, int vocabularySize) {
    ids = bias.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    biases = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] >= vocabularySize) {
        throw new IllegalArgumentException(
            "logit bias must be for tokens of the vocabulary: id="
                + ids[i]
                + ", vocabulary size="
                + vocabularySize);
      }
      biases[i] = bias.get(ids[i]);
    }
  }

  @Override
  public void apply(Candidates candidates) {
    float[] logits = candidates.wholeScores();
    for (int i = 0; i < ids.length; i++) {
      logits[candidates.wholeOffset() + ids[i]] += biases[i];
    }
  }
}
