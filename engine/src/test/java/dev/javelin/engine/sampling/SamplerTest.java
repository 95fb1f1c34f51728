package dev.javelin.engine.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.AllocatedBytes;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tokens drawn by whole samplers. */
class SamplerTest {
  private static final int DRAWS = 40_000;
  private static final SamplingParameters PLAIN = SamplingParameters.GREEDY.withTemperature(1);
  private static final SamplingParameters EVERYTHING =
      SamplingParameters.defaults()
          .withRepetitionPenalty(1.1f)
          .withFrequencyPenalty(0.1f)
          .withPresencePenalty(0.1f)
          .withLogitBias(Map.of(3, 1f))
          .withSeed(99);

  @Test
  void drawsTheWholeVocabularyInProportion() {
    checkFrequencies(PLAIN.withSeed(11));
  }

  @Test
  void drawsAtOtherTemperaturesInProportion() {
    checkFrequencies(PLAIN.withTemperature(0.6f).withSeed(12));
    checkFrequencies(PLAIN.withTemperature(1.7f).withSeed(13));
  }

  @Test
  void drawsInProportionAfterEachCut() {
    checkFrequencies(PLAIN.withTopK(7).withSeed(14));
    checkFrequencies(PLAIN.withTopP(0.8f).withSeed(15));
    checkFrequencies(PLAIN.withMinP(0.1f).withSeed(16));
    checkFrequencies(
        PLAIN.withTemperature(0.8f).withTopK(30).withTopP(0.9f).withMinP(0.02f).withSeed(17));
  }

  @Test
  void takesTheLowestIdAmongEquallyLikelyWhenGreedy() {
    Sampler sampler = new Sampler(SamplingParameters.GREEDY, 5);
    assertEquals(1, sampler.sample(new float[] {0, 2, 2, -1, 2}, 0));
    assertEquals(0, sampler.sample(new float[] {-3, -3, -3, -3, -3}, 0));
    assertEquals(2, sampler.sample(new float[] {9, 9, 0, 0, 1, 0, 0}, 2));
  }

  @Test
  void appliesBiasAndPenaltiesWhenGreedy() {
    Sampler biased = new Sampler(SamplingParameters.GREEDY.withLogitBias(Map.of(2, 5f)), 3);
    assertEquals(2, biased.sample(new float[] {1, 2, 0}, 0));
    Sampler penalized = new Sampler(SamplingParameters.GREEDY.withPresencePenalty(5), 3);
    penalized.accept(1);
    assertEquals(0, penalized.sample(new float[] {1, 2, 0}, 0));
  }

  @Test
  void forgetsTokensThatLeaveThePenaltyWindow() {
    Sampler sampler =
        new Sampler(SamplingParameters.GREEDY.withRepetitionPenalty(5).withPenaltyWindow(2), 3);
    sampler.acceptPrompt(1);
    sampler.accept(2);
    assertEquals(0, sampler.sample(new float[] {1, 2, 0}, 0));
    sampler.accept(2);
    assertEquals(1, sampler.sample(new float[] {1, 2, 0}, 0));
  }

  @Test
  void presenceAndFrequencyCountTheAnswerAloneHoweverLong() {
    for (SamplingParameters p :
        new SamplingParameters[] {
          SamplingParameters.GREEDY.withPresencePenalty(5),
          SamplingParameters.GREEDY.withFrequencyPenalty(5)
        }) {
      Sampler sampler = new Sampler(p.withPenaltyWindow(1), 3);
      sampler.acceptPrompt(1);
      assertEquals(1, sampler.sample(new float[] {1, 2, 0}, 0), "the prompt's tokens count");
      sampler.accept(1);
      for (int i = 0; i < 500; i++) {
        sampler.accept(2);
      }
      assertEquals(0, sampler.sample(new float[] {1, 2, 0}, 0), "an old token of the answer");
    }
  }

  @Test
  void neverPicksForbiddenTokens() {
    float forbidden = Float.NEGATIVE_INFINITY;
    for (SamplingParameters p :
        new SamplingParameters[] {
          SamplingParameters.GREEDY,
          PLAIN,
          PLAIN.withTopK(3),
          PLAIN.withTopP(0.99f),
          PLAIN.withMinP(0.01f),
          EVERYTHING
        }) {
      Sampler sampler = new Sampler(p, 6);
      for (int i = 0; i < 200; i++) {
        assertEquals(
            4,
            sampler.sample(
                new float[] {forbidden, forbidden, forbidden, forbidden, -50, forbidden}, 0));
      }
      float[] none = new float[6];
      Arrays.fill(none, forbidden);
      assertThrows(IllegalStateException.class, () -> sampler.sample(none, 0));
    }
  }

  @Test
  void refusesLogitsWithoutAFiniteBest() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (SamplingParameters p :
          new SamplingParameters[] {PLAIN, PLAIN.withTopP(0.5f), PLAIN.withMinP(0.5f)}) {
        assertThrows(
            IllegalStateException.class,
            () -> new Sampler(p, 3).sample(new float[] {1, bad, 2}, 0));
      }
    }
    float[] noNumbers = {Float.NaN, Float.NaN};
    assertThrows(
        IllegalStateException.class,
        () -> new Sampler(SamplingParameters.GREEDY, 2).sample(noNumbers, 0));
    assertThrows(
        IllegalStateException.class, () -> new Sampler(PLAIN.withTopK(1), 2).sample(noNumbers, 0));
  }

  @Test
  void repeatsItselfWithTheSameSeedOnly() {
    int[] first = run(new Sampler(EVERYTHING, 500), 1, 200);
    assertArrayEquals(first, run(new Sampler(EVERYTHING, 500), 1, 200));
    assertFalse(Arrays.equals(first, run(new Sampler(EVERYTHING.withSeed(100), 500), 1, 200)));
    SamplingParameters unseeded = PLAIN;
    assertFalse(
        Arrays.equals(
            run(new Sampler(unseeded, 500), 1, 200), run(new Sampler(unseeded, 500), 1, 200)));
  }

  @Test
  void continuesAfterRestoreAsIfNeverStopped() {
    for (int window : new int[] {5, 64, SamplingParameters.WHOLE_TEXT}) {
      SamplingParameters parameters = EVERYTHING.withPenaltyWindow(window);
      Sampler original = new Sampler(parameters, 500);
      int[] prompt = new Random(4).ints(100, 0, 500).toArray();
      Arrays.stream(prompt).forEach(original::acceptPrompt);
      int[] written = run(original, 1, 300);
      Sampler restored = Sampler.restore(parameters, 500, original.save());
      Arrays.stream(prompt).forEach(restored::acceptPrompt);
      Arrays.stream(written).forEach(restored::accept);
      assertArrayEquals(run(original, 2, 300), run(restored, 2, 300));
    }
  }

  @Test
  void savedStateDoesNotChangeWithTheSampler() {
    Sampler sampler = new Sampler(EVERYTHING, 500);
    SamplerState state = sampler.save();
    long[] random = state.random().clone();
    run(sampler, 1, 3);
    assertArrayEquals(random, state.random());
    assertNotEquals(Arrays.toString(random), Arrays.toString(sampler.save().random()));
  }

  @Test
  void allocatesNothingWhenWarm() {
    int size = 201_088;
    Random random = new Random(3);
    float[] logits = new float[size];
    for (int i = 0; i < size; i++) {
      logits[i] = (float) (3 * random.nextGaussian());
    }
    float[] work = new float[size];
    for (SamplingParameters p :
        new SamplingParameters[] {
          SamplingParameters.GREEDY, PLAIN, PLAIN.withTopP(0.9f), EVERYTHING
        }) {
      Sampler sampler = new Sampler(p.withSeed(1), size);
      long before = 0;
      for (int i = 0; i < 40; i++) {
        if (i == 20) {
          before = AllocatedBytes.now();
        }
        System.arraycopy(logits, 0, work, 0, size);
        sampler.accept(sampler.sample(work, 0));
      }
      long allocated = AllocatedBytes.now() - before;
      assertTrue(allocated < 4096, p + " allocated " + allocated + " bytes in 20 tokens");
    }
  }

  @Test
  void refusesParametersOutOfRange() {
    SamplingParameters p = SamplingParameters.GREEDY;
    refuses(
        "temperature must be a finite number of at least 0: -0.5", () -> p.withTemperature(-0.5f));
    refuses("temperature", () -> p.withTemperature(Float.NaN));
    refuses("temperature", () -> p.withTemperature(Float.POSITIVE_INFINITY));
    refuses("top-p must be 0 to 1: 1.5", () -> p.withTopP(1.5f));
    refuses("min-p", () -> p.withMinP(-1));
    refuses("repetition penalty", () -> p.withRepetitionPenalty(0));
    refuses("penalty window", () -> p.withPenaltyWindow(-1));
    refuses("presence penalty", () -> p.withPresencePenalty(Float.NaN));
    refuses("frequency penalty", () -> p.withFrequencyPenalty(Float.NEGATIVE_INFINITY));
    refuses("logit bias", () -> p.withLogitBias(Map.of(-1, 1f)));
    refuses("logit bias", () -> p.withLogitBias(Map.of(1, Float.NaN)));
    refuses("id=7, vocabulary size=5", () -> new Sampler(p.withLogitBias(Map.of(7, 1f)), 5));
  }

  private static void refuses(String part, Runnable action) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }

  /** Draws from changing logits and feeds each token back. */
  private static int[] run(Sampler sampler, long logitSeed, int count) {
    Random random = new Random(logitSeed);
    int[] tokens = new int[count];
    float[] logits = new float[500];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < logits.length; j++) {
        logits[j] = (float) random.nextGaussian();
      }
      tokens[i] = sampler.sample(logits, 0);
      sampler.accept(tokens[i]);
    }
    return tokens;
  }

  /**
   * Chi-square over the tokens with at least 5 draws expected; the bound is four standard
   * deviations up.
   */
  private static void checkFrequencies(SamplingParameters parameters) {
    float[] logits = new float[40];
    Random random = new Random(5);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (1.5 * random.nextGaussian());
    }
    double[] expected = new Oracle(logits, parameters, new int[0], 0).probabilities;
    int[] drawn = new int[logits.length];
    Sampler sampler = new Sampler(parameters, logits.length);
    for (int i = 0; i < DRAWS; i++) {
      drawn[sampler.sample(logits.clone(), 0)]++;
    }
    double chiSquare = 0;
    int cells = 0;
    for (int id = 0; id < logits.length; id++) {
      double mean = DRAWS * expected[id];
      if (mean == 0) {
        assertEquals(0, drawn[id], "token " + id + " was cut: " + parameters);
      } else if (mean >= 5) {
        chiSquare += (drawn[id] - mean) * (drawn[id] - mean) / mean;
        cells++;
      }
    }
    double degrees = cells - 1;
    double bound = degrees + 4 * Math.sqrt(2 * degrees);
    assertTrue(
        chiSquare < bound,
        "chi-square " + chiSquare + " of " + degrees + " degrees: " + parameters);
  }
}
