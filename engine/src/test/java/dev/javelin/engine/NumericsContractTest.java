package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.tensor.ops.KvType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promises of {@code docs/numerics.md}: equal shapes give equal bits at any number of threads;
 * other shapes give logits within {@link #SHAPE_TOLERANCE} and equal tokens as long as the margin
 * is above twice that.
 */
class NumericsContractTest {
  static final double SHAPE_TOLERANCE = 5e-4;
  private static final int PROMPT = 90;

  private static double largest;

  @AfterAll
  static void report() {
    Figures.report(
        "prefill of n tokens against steps of 1, 7 and 32",
        String.format(Locale.ROOT, "%.1e", largest),
        "5e-4");
  }

  static Stream<String> models() {
    return Stream.of("gpt-oss-tiny-mxfp4", "llama-q-q8_0", "llama-q-f16", "smollm2-tiny-q8_0");
  }

  @ParameterizedTest
  @MethodSource("models")
  void threadsDoNotChangeABit(String name) {
    float[] one = allLogits(name, 1, 512);
    assertArrayEquals(one, allLogits(name, 2, 512));
    assertArrayEquals(one, allLogits(name, 3, 512));
  }

  @ParameterizedTest
  @MethodSource("models")
  void prefillEqualsSingleSteps(String name) {
    float[] whole = allLogits(name, 2, 512);
    assertClose(whole, allLogits(name, 2, 1));
    assertClose(whole, allLogits(name, 2, 7));
    assertClose(whole, allLogits(name, 2, 32));
  }

  @ParameterizedTest
  @MethodSource("models")
  void aBatchWritesWhatEachSequenceWritesAlone(String name) {
    try (LanguageModel model = open(name, 2, 512, 8)) {
      List<GenerationRequest> requests = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        requests.add(
            GenerationRequest.ids(ids(model, i, 5 + 9 * i))
                .sampling(SamplingParameters.GREEDY)
                .topLogProbabilities(2)
                .maxTokens(24)
                .build());
      }
      List<GenerationResult> together =
          requests.stream().map(model::submit).toList().stream().map(Generation::await).toList();
      for (int i = 0; i < requests.size(); i++) {
        List<Double> margins = new ArrayList<>();
        GenerationResult alone =
            model.generate(
                requests.get(i),
                event -> {
                  if (event instanceof GenerationEvent.TokenChosen chosen) {
                    List<TokenLogProbability> top = chosen.token().top();
                    margins.add((double) top.get(0).logProbability() - top.get(1).logProbability());
                  }
                });
        assertEqualWhileDecisive(alone.ids(), together.get(i).ids(), margins);
      }
    }
  }

  private static void assertEqualWhileDecisive(int[] wanted, int[] found, List<Double> margins) {
    for (int step = 0; step < wanted.length && margins.get(step) > 2 * SHAPE_TOLERANCE; step++) {
      assertEquals(wanted[step], found[step], "step " + step);
    }
  }

  private static void assertClose(float[] wanted, float[] found) {
    double worst = 0;
    for (int i = 0; i < wanted.length; i++) {
      worst = Math.max(worst, Math.abs(wanted[i] - found[i]));
    }
    largest = Math.max(largest, worst);
    assertTrue(worst <= SHAPE_TOLERANCE, "largest difference " + worst);
  }

  /** The logits of every position of a fixed prompt, fed in chunks. */
  private static float[] allLogits(String name, int threads, int chunk) {
    try (LanguageModel model = open(name, threads, chunk, Math.min(chunk, PROMPT))) {
      List<float[]> rows = new ArrayList<>();
      int vocabulary = model.info().vocabularySize();
      model.evaluate(
          ids(model, 1, PROMPT),
          true,
          (position, logits, offset) ->
              rows.add(Arrays.copyOfRange(logits, offset, offset + vocabulary)));
      float[] all = new float[rows.size() * vocabulary];
      for (int i = 0; i < rows.size(); i++) {
        System.arraycopy(rows.get(i), 0, all, i * vocabulary, vocabulary);
      }
      return all;
    }
  }

  private static LanguageModel open(String name, int threads, int chunk, int sequences) {
    Path file = GoldenModels.folder().resolve(name + ".gguf");
    return LanguageModel.open(
        file,
        EngineOptions.defaults()
            .withThreads(threads)
            .withContextLength(256)
            .withChunkTokens(chunk)
            .withMaxSequences(sequences)
            .withKvType(KvType.F32));
  }

  private static int[] ids(LanguageModel model, int seed, int count) {
    return new Random(seed).ints(count, 0, 250).toArray();
  }
}
