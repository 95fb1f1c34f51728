package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Perplexity and divergence, against the same figures made from logits that another program
 * computed in float64.
 */
class PerplexityTest {
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withThreads(2)
          .withContextLength(256)
          .withMaxSequences(8)
          .withKvType(KvType.F32);

  @Test
  void equalsThePerplexityOfTheReferencesLogits() throws IOException {
    Truth truth = Truth.read("qwen2-tiny-f32");
    try (LanguageModel model = LanguageModel.open(truth.golden.file(), OPTIONS)) {
      int n = truth.ids.length;
      List<PerplexityScore> heard = new ArrayList<>();
      PerplexityScore score = new Perplexity(model, n).score(truth.ids, heard::add);
      double[] nll = truth.nll(n / 2, n - 1);
      double mean = java.util.Arrays.stream(nll).average().orElseThrow();
      double variance =
          java.util.Arrays.stream(nll).map(x -> (x - mean) * (x - mean)).sum() / nll.length;
      assertEquals(nll.length, score.tokens());
      assertEquals(Math.exp(mean), score.perplexity(), 1e-3 * Math.exp(mean));
      assertEquals(Math.sqrt(variance / (nll.length - 1)), score.standardError(), 1e-4);
      assertTrue(score.low() < score.perplexity() && score.perplexity() < score.high());
      assertEquals(List.of(score), heard);
    }
  }

  @Test
  void chunksAreScoredAsIfEachStoodAlone() throws IOException {
    Truth truth = Truth.read("qwen2-tiny-f32");
    try (LanguageModel model = LanguageModel.open(truth.golden.file(), OPTIONS)) {
      int n = truth.ids.length;
      int[] twiceAndARest = new int[2 * n + 3];
      System.arraycopy(truth.ids, 0, twiceAndARest, 0, n);
      System.arraycopy(truth.ids, 0, twiceAndARest, n, n);
      Perplexity perplexity = new Perplexity(model, n);
      PerplexityScore once = perplexity.score(truth.ids, progress -> {});
      PerplexityScore twice = perplexity.score(twiceAndARest, progress -> {});
      assertEquals(2, twice.chunks());
      assertEquals(2 * once.tokens(), twice.tokens());
      assertEquals(once.meanNll(), twice.meanNll(), 1e-9);
    }
  }

  @Test
  void divergenceEqualsThatOfTheReferencesLogits() throws IOException {
    Truth exact = Truth.read("gpt-oss-tiny-f32");
    Truth other = exact.withLogits("gpt-oss-tiny-f32.yarn-unrounded.logits.f32");
    try (LanguageModel base =
            LanguageModel.open(exact.golden.file(), OPTIONS.withYarnRounded(true));
        LanguageModel model =
            LanguageModel.open(exact.golden.file(), OPTIONS.withYarnRounded(false))) {
      int n = exact.ids.length;
      PredictionDivergence divergence =
          new Perplexity(model, n).compare(base, exact.ids, progress -> {});
      double sum = 0;
      double largest = 0;
      int same = 0;
      for (int position = n / 2; position < n - 1; position++) {
        double kl = 0;
        for (int token = 0; token < exact.vocabulary; token++) {
          double p = exact.logProbability(position, token);
          kl += Math.exp(p) * (p - other.logProbability(position, token));
        }
        sum += kl;
        largest = Math.max(largest, kl);
        same += exact.best(position) == other.best(position) ? 1 : 0;
      }
      int count = n - 1 - n / 2;
      assertTrue(divergence.meanKl() > 1e-6, "the rotations differ: " + divergence);
      assertEquals(sum / count, divergence.meanKl(), 1e-2 * sum / count);
      assertEquals(largest, divergence.maxKl(), 1e-2 * largest);
      assertEquals((double) same / count, divergence.sameTopRate(), 1e-9);
      assertTrue(
          divergence.medianKl() <= divergence.percentile99()
              && divergence.percentile99() <= divergence.maxKl());
    }
  }

  @Test
  void aModelDoesNotDivergeFromItself() {
    try (LanguageModel model = LanguageModel.openDemo(OPTIONS)) {
      Perplexity perplexity = new Perplexity(model, 32);
      int[] ids = perplexity.ids("The capital of France is Paris. ".repeat(20));
      PredictionDivergence divergence = perplexity.compare(model, ids, progress -> {});
      assertEquals(0, divergence.maxKl(), 1e-9);
      assertEquals(1, divergence.sameTopRate());
      assertEquals(divergence.base(), divergence.score());
    }
  }

  @Test
  void refusesATextThatFillsNoChunk() {
    try (LanguageModel model = LanguageModel.openDemo(OPTIONS)) {
      assertThrows(
          InvalidRequest.class, () -> new Perplexity(model, 64).score(new int[63], progress -> {}));
      assertThrows(InvalidRequest.class, () -> new Perplexity(model, 257));
    }
  }

  /** The stored logits of each position of a golden model's first prompt that has them. */
  private record Truth(
      GoldenModelTest.Golden golden, int[] ids, FloatBuffer logits, int first, int vocabulary) {
    static Truth read(String name) throws IOException {
      GoldenModelTest.Golden golden = GoldenModelTest.Golden.read(name);
      for (JsonNode prompt : golden.json().get("prompts")) {
        if (prompt.get("rows").asText().equals("all")) {
          return new Truth(
              golden,
              GoldenModelTest.Golden.ints(prompt.get("ids")),
              golden.logits(golden.json().get("logits_file").asText()),
              prompt.get("logits_offset").asInt() / Float.BYTES,
              golden.json().get("n_vocab").asInt());
        }
      }
      throw new IllegalStateException(name + " has no prompt with all rows");
    }

    Truth withLogits(String file) throws IOException {
      return new Truth(golden, ids, golden.logits(file), first, vocabulary);
    }

    double logProbability(int position, int token) {
      double sum = 0;
      for (int i = 0; i < vocabulary; i++) {
        sum += Math.exp(logit(position, i));
      }
      return logit(position, token) - Math.log(sum);
    }

    double[] nll(int from, int to) {
      return java.util.stream.IntStream.range(from, to)
          .mapToDouble(position -> -logProbability(position, ids[position + 1]))
          .toArray();
    }

    int best(int position) {
      int best = 0;
      for (int i = 1; i < vocabulary; i++) {
        best = logit(position, i) > logit(position, best) ? i : best;
      }
      return best;
    }

    private double logit(int position, int token) {
      return logits.get(first + position * vocabulary + token);
    }
  }
}
