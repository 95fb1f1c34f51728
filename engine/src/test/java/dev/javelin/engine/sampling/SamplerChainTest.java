package dev.javelin.engine.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every step before the draw, against the formulas in double precision. */
class SamplerChainTest {
  private final Random random = new Random(7);

  @Test
  void leavesTheTokensAndProbabilitiesThatTheFormulasGive() {
    int compared = 0;
    for (int round = 0; round < 3000; round++) {
      float[] logits = logits(1 + random.nextInt(round % 10 == 0 ? 3000 : 60));
      SamplingParameters parameters = parameters(logits.length);
      int[] history = random.ints(random.nextInt(40), 0, logits.length).toArray();
      int prompt = random.nextInt(history.length + 1);
      Oracle oracle = new Oracle(logits, parameters, history, prompt);
      if (!oracle.ambiguous) {
        compare(
            oracle.probabilities,
            chain(logits, parameters, history, prompt),
            "round " + round + ": " + parameters);
        compared++;
      }
    }
    assertTrue(compared > 2000, "too many cuts were too close to call: compared=" + compared);
  }

  @Test
  void topPOfZeroKeepsTheBestTokenAlone() {
    float[] logits = {1, 3, 2, 3};
    double[] probabilities =
        chain(logits, SamplingParameters.GREEDY.withTemperature(1).withTopP(0), new int[0], 0);
    compare(new double[] {0, 1, 0, 0}, probabilities, "top-p 0");
  }

  @Test
  void topPNeverKeepsForbiddenTokens() {
    float[] logits = new float[5000];
    for (int i = 1; i < logits.length; i += 2) {
      logits[i] = Float.NEGATIVE_INFINITY;
    }
    Candidates candidates = new Candidates(logits.length);
    candidates.reset(logits, 0);
    new TopPStep(0.99999994f).apply(candidates);
    for (int i = 0; i < candidates.count(); i++) {
      assertEquals(0, candidates.id(i) % 2);
    }
  }

  @Test
  void tinyTemperaturesLeaveTheBestTokens() {
    float[] logits = {1, 3, 2.9999f, 3};
    SamplingParameters parameters = SamplingParameters.GREEDY.withTemperature(Float.MIN_VALUE);
    compare(
        new double[] {0, 0.5, 0, 0.5},
        chain(logits, parameters, new int[0], 0),
        "temperature 2^-149");
  }

  private float[] logits(int size) {
    float[] logits = new float[size];
    double width = random.nextInt(4) == 0 ? 0.5 : 4;
    for (int i = 0; i < size; i++) {
      // Multiples of 1/64 are exact in float and often equal.
      logits[i] = Math.round(64 * width * random.nextGaussian()) / 64f;
    }
    return logits;
  }

  private SamplingParameters parameters(int size) {
    Map<Integer, Float> bias = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      bias.put(random.nextInt(size), random.nextInt(-8, 9) / 2f);
    }
    return new SamplingParameters(
        0.05f + 2 * random.nextFloat(),
        random.nextBoolean() ? random.nextInt(-1, 80) : 0,
        random.nextBoolean() ? random.nextFloat() : 1,
        random.nextBoolean() ? 0.3f * random.nextFloat() : 0,
        random.nextBoolean() ? 0.5f + random.nextFloat() : 1,
        random.nextInt(50),
        random.nextBoolean() ? random.nextFloat() : 0,
        random.nextBoolean() ? random.nextFloat() : 0,
        bias,
        OptionalLong.of(1));
  }

  /** Probabilities of the candidates that the chain hands to its last step. */
  private static double[] chain(
      float[] logits, SamplingParameters parameters, int[] history, int promptTokens) {
    int offset = 3;
    float[] shifted = new float[logits.length + 5];
    System.arraycopy(logits, 0, shifted, offset, logits.length);
    TokenHistory recent = new TokenHistory(parameters.penaltyWindow());
    TokenHistory written = new TokenHistory(SamplingParameters.WHOLE_TEXT);
    for (int i = 0; i < history.length; i++) {
      recent.add(history[i]);
      if (i >= promptTokens) {
        written.add(history[i]);
      }
    }
    SamplerStep[] steps =
        SamplerChain.of(parameters, recent, written, new RandomStream(1), logits.length);
    Candidates candidates = new Candidates(logits.length);
    candidates.reset(shifted, offset);
    for (int i = 0; i < steps.length - 1; i++) {
      steps[i].apply(candidates);
    }
    double[] probabilities = new double[logits.length];
    double total = 0;
    double max = candidates.max();
    for (int i = 0; i < candidates.count(); i++) {
      int id = candidates.isWhole() ? i : candidates.id(i);
      probabilities[id] =
          Math.exp((candidates.isWhole() ? shifted[offset + i] : candidates.score(i)) - max);
      total += probabilities[id];
    }
    for (int id = 0; id < probabilities.length; id++) {
      probabilities[id] /= total;
    }
    return probabilities;
  }

  private static void compare(double[] expected, double[] actual, String what) {
    for (int id = 0; id < expected.length; id++) {
      assertEquals(expected[id] == 0, actual[id] == 0, what + ", token " + id);
      assertEquals(expected[id], actual[id], 2e-4 * expected[id] + 1e-9, what + ", token " + id);
    }
  }
}
