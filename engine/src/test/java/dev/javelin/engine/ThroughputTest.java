package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.convert.SyntheticModel;
import dev.javelin.engine.convert.SyntheticShape;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How much a batch and a shared beginning gain, on synthetic models of real size. Needs a quiet
 * machine.
 */
@Tag("acceptance")
class ThroughputTest {
  private static final Path FOLDER = Path.of("target", "synthetic");

  private static Path model(SyntheticShape shape, QuantType type) throws IOException {
    Path file = Files.createDirectories(FOLDER).resolve(shape + "-" + type + ".gguf");
    if (!Files.exists(file)) {
      SyntheticModel.write(shape, type, file, written -> {});
    }
    return file;
  }

  @ParameterizedTest
  @EnumSource(names = {"Q8_0", "Q4_0"})
  void eightSequencesAtOnceWriteMoreThanTwiceAsMuchAsOne(QuantType type) throws IOException {
    EngineOptions options = EngineOptions.defaults().withContextLength(512).withMaxSequences(32);
    try (LanguageModel model = LanguageModel.open(model(SyntheticShape.LLAMA_1B, type), options)) {
      SpeedTest test = new SpeedTest(model);
      test.decode(16, 1, 8, false);
      Map<Integer, Double> rates = new TreeMap<>();
      for (int round = 0; round < 3; round++) {
        for (int batch : new int[] {1, 2, 4, 8, 16, 32}) {
          rates.merge(batch, test.decode(24, 1, batch, false), Math::max);
        }
      }
      EngineCounters before = model.counters();
      test.decode(64, 1, 8, false);
      double beside = besideForward(before, model.counters());
      Figures.report(
          "Llama-1B " + type + ", share of a step beside the forward pass, 8 sequences",
          String.format(Locale.ROOT, "%.2f %%", 100 * beside),
          "2 %");
      assertTrue(beside < 0.02, "beside the forward pass: " + beside);
      double prefill =
          Math.max(test.prefill(128, 0), Math.max(test.prefill(128, 0), test.prefill(128, 0)));
      Figures.report(
          "Llama-1B " + type + ", tokens/s at batch " + rates.keySet() + ", prefill of 128",
          rates.values().stream().map(r -> String.format(Locale.ROOT, "%.1f", r)).toList()
              + String.format(Locale.ROOT, ", %.1f", prefill),
          "batch 8: 2.2 x batch 1, 0.7 x prefill (Q8_0)");
      if (type == QuantType.Q8_0) {
        assertTrue(rates.get(8) >= 2.2 * rates.get(1), rates.toString());
        assertTrue(rates.get(8) >= 0.7 * prefill, rates + ", prefill " + prefill);
      }
    }
  }

  /** Scheduling, sampling and bookkeeping. */
  private static double besideForward(EngineCounters from, EngineCounters to) {
    double all = to.stepNanos() - from.stepNanos();
    return 1 - (to.forwardNanos() - from.forwardNanos()) / all;
  }

  @Test
  void sixtyThreeRequestsWithTheSamePrefixComputeItOnce() throws IOException {
    Random random = new Random(5);
    EngineOptions options = EngineOptions.defaults().withContextLength(1024).withMaxSequences(4);
    try (LanguageModel model =
        LanguageModel.open(model(SyntheticShape.SMOLLM2_135M, QuantType.Q8_0), options)) {
      int[] prefix = random.ints(500, 0, 40_000).toArray();
      request(model, tail(random.ints(500, 0, 40_000).toArray(), random));
      request(model, tail(random.ints(500, 0, 40_000).toArray(), random));
      long cold = request(model, tail(prefix, random)).timings().prefillNanos();
      long[] warm = new long[63];
      for (int i = 0; i < warm.length; i++) {
        GenerationResult result = request(model, tail(prefix, random));
        assertEquals(500, result.usage().cachedTokens());
        warm[i] = result.timings().prefillNanos();
      }
      Arrays.sort(warm);
      double ratio = (double) cold / warm[warm.length / 2];
      Figures.report(
          "time to first token behind a cached prefix of 500 tokens",
          String.format(
              Locale.ROOT,
              "%.1f x shorter (%.1f ms, cold %.1f ms)",
              ratio,
              warm[31] / 1e6,
              cold / 1e6),
          "10 x");
      assertTrue(ratio >= 10, "ratio " + ratio);
    }
  }

  private static int[] tail(int[] prefix, Random random) {
    int[] ids = Arrays.copyOf(prefix, prefix.length + 10);
    for (int i = prefix.length; i < ids.length; i++) {
      ids[i] = random.nextInt(40_000);
    }
    return ids;
  }

  private static GenerationResult request(LanguageModel model, int[] ids) {
    return model.generate(
        GenerationRequest.ids(ids)
            .sampling(SamplingParameters.GREEDY)
            .maxTokens(1)
            .ignoreEnd(true)
            .build());
  }

  @Test
  void aThousandRequestsLeaveTheHeapAsItWas() throws InterruptedException {
    EngineOptions options = EngineOptions.defaults().withThreads(2).withMaxSequences(8);
    try (LanguageModel model = LanguageModel.openDemo(options)) {
      requests(model, 300);
      long before = heapAfterCollection();
      requests(model, 1000);
      long grown = heapAfterCollection() - before;
      Figures.report(
          "heap grown over 1,000 requests", grown / 1024 + " KiB", "0, to what a collector leaves");
      assertTrue(grown < 1 << 20, "the heap grew by " + grown + " bytes");
    }
  }

  /** Eight at a time, each with a prompt of its own. */
  private static void requests(LanguageModel model, int count) {
    Random random = new Random(count);
    for (int i = 0; i < count; i += 8) {
      Stream.generate(() -> random.ints(20, 0, 2000).toArray())
          .limit(8)
          .map(
              ids ->
                  model.submit(
                      GenerationRequest.ids(ids)
                          .sampling(SamplingParameters.defaults().withSeed(1))
                          .maxTokens(12)
                          .ignoreEnd(true)
                          .build()))
          .toList()
          .forEach(Generation::await);
    }
  }

  private static long heapAfterCollection() throws InterruptedException {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      Thread.sleep(50);
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  void aDecodedTokenAllocatesAFewHundredBytesAtMost() {
    try (LanguageModel model = LanguageModel.openDemo(EngineOptions.defaults().withThreads(2))) {
      for (int i = 0; i < 30; i++) {
        run(model, 200);
      }
      Runtime runtime = Runtime.getRuntime();
      long used = 0;
      int tokens = 0;
      for (int i = 0; i < 30; i++) {
        System.gc();
        long before = runtime.totalMemory() - runtime.freeMemory();
        run(model, 1000);
        used += runtime.totalMemory() - runtime.freeMemory() - before;
        tokens += 1000;
      }
      double bytes = (double) used / tokens;
      Figures.report(
          "heap bytes allocated per decoded token",
          String.format(Locale.ROOT, "%.0f", bytes),
          "a few hundred");
      assertTrue(bytes < 1000, bytes + " bytes a token");
    }
  }

  private static void run(LanguageModel model, int tokens) {
    model.generate(
        GenerationRequest.text("Once upon a time")
            .sampling(SamplingParameters.GREEDY)
            .maxTokens(tokens)
            .ignoreEnd(true)
            .build());
  }
}
