package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Logits and greedy tokens of small models against a float64 computation by another program. The
 * files lie in {@code golden/models}; their README says how they were made.
 */
class GoldenModelTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Largest error as a share of its bound, by kind of check. */
  private static final Map<String, Double> WORST = new ConcurrentSkipListMap<>();

  @AfterAll
  static void report() {
    WORST.forEach(
        (kind, share) ->
            Figures.report(
                "golden models, " + kind,
                String.format(Locale.ROOT, "%.3f of the bound at worst", share),
                "1; " + GoldenModels.names().size() + " models"));
  }

  static Stream<String> models() {
    return GoldenModels.names().stream();
  }

  static Stream<String> yarnModels() {
    return models().filter(name -> name.startsWith("gpt-oss") || name.startsWith("gptoss"));
  }

  @ParameterizedTest
  @MethodSource("models")
  void logitsAndGreedyTokensAreTheReferences(String name) throws IOException {
    Golden golden = Golden.read(name);
    check(
        golden,
        golden.json.get("logits_file").asText(),
        KvType.F32,
        true,
        "f32_activations_max_abs",
        false);
  }

  @ParameterizedTest
  @MethodSource("yarnModels")
  void unroundedYarnGivesTheOriginalsLogits(String name) throws IOException {
    Golden golden = Golden.read(name);
    check(
        golden,
        golden.json.get("yarn_unrounded").get("logits_file").asText(),
        KvType.F32,
        false,
        "f32_activations_max_abs",
        true);
  }

  @ParameterizedTest
  @MethodSource("models")
  void halfPrecisionCacheStaysWithinItsBound(String name) throws IOException {
    Golden golden = Golden.read(name);
    check(
        golden,
        golden.json.get("logits_file").asText(),
        KvType.F16,
        true,
        "f32_activations_kv_f16_max_abs",
        false);
  }

  @ParameterizedTest
  @MethodSource("models")
  void eightBitCacheStaysWithinItsBound(String name) throws IOException {
    Golden golden = Golden.read(name);
    if (golden.headDim() % 32 == 0) {
      check(
          golden,
          golden.json.get("logits_file").asText(),
          KvType.Q8_0,
          true,
          "f32_activations_kv_q8_0_max_abs",
          false);
    }
  }

  private static void check(
      Golden golden,
      String logitsFile,
      KvType kvType,
      boolean rounded,
      String bound,
      boolean unroundedTruth)
      throws IOException {
    double tolerance = golden.json.get("tolerance").get(bound).asDouble();
    EngineOptions options =
        EngineOptions.defaults()
            .withThreads(2)
            .withContextLength(256)
            .withMaxSequences(4)
            .withKvType(kvType)
            .withYarnRounded(rounded);
    FloatBuffer truth = golden.logits(logitsFile);
    try (LanguageModel model = LanguageModel.open(golden.file, options)) {
      for (JsonNode prompt : golden.json.get("prompts")) {
        checkLogits(
            golden,
            model,
            prompt,
            truth,
            tolerance,
            bound + (unroundedTruth ? ", YaRN unrounded" : ""));
        JsonNode greedy =
            unroundedTruth
                ? golden.json.get("yarn_unrounded").get("prompts").get(prompt.get("name").asText())
                : prompt;
        checkGreedy(golden, model, prompt, greedy, tolerance);
      }
    }
  }

  private static void checkLogits(
      Golden golden,
      LanguageModel model,
      JsonNode prompt,
      FloatBuffer truth,
      double tolerance,
      String kind) {
    int vocabulary = golden.json.get("n_vocab").asInt();
    boolean all = prompt.get("rows").asText().equals("all");
    int first = prompt.get("logits_offset").asInt() / Float.BYTES;
    List<Double> errors = new ArrayList<>();
    model.evaluate(
        Golden.ints(prompt.get("ids")),
        all,
        (position, logits, offset) -> {
          int row = first + errors.size() * vocabulary;
          double worst = 0;
          for (int i = 0; i < vocabulary; i++) {
            worst = Math.max(worst, Math.abs(logits[offset + i] - truth.get(row + i)));
          }
          errors.add(worst);
        });
    assertEquals(prompt.get("n_rows").asInt(), errors.size(), "rows of " + prompt.get("name"));
    for (int row = 0; row < errors.size(); row++) {
      double error = errors.get(row);
      WORST.merge(kind, error / tolerance, Math::max);
      assertTrue(
          error <= tolerance,
          golden.name
              + " "
              + prompt.get("name")
              + " row "
              + row
              + ": error "
              + error
              + " above "
              + tolerance);
    }
  }

  private static void checkGreedy(
      Golden golden, LanguageModel model, JsonNode prompt, JsonNode greedy, double tolerance) {
    int[] wanted = Golden.ints(greedy.get("greedy"));
    GenerationResult result =
        model.generate(
            GenerationRequest.ids(Golden.ints(prompt.get("ids")))
                .sampling(SamplingParameters.GREEDY)
                .maxTokens(wanted.length)
                .build());
    for (int step = 0; step < wanted.length; step++) {
      if (greedy.get("greedy_margin").get(step).asDouble() < 2 * tolerance
          || step >= result.ids().length) {
        break;
      }
      assertEquals(
          wanted[step],
          result.ids()[step],
          golden.name + " " + prompt.get("name") + " greedy step " + step);
    }
  }

  /** One model with its stored truth. */
  record Golden(String name, Path file, JsonNode json) {
    static Golden read(String name) throws IOException {
      Path folder = GoldenModels.folder();
      return new Golden(
          name,
          folder.resolve(name + ".gguf"),
          JSON.readTree(folder.resolve(name + ".json").toFile()));
    }

    FloatBuffer logits(String logitsFile) throws IOException {
      return ByteBuffer.wrap(Files.readAllBytes(file.resolveSibling(logitsFile)))
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer();
    }

    int headDim() throws IOException {
      try (dev.javelin.gguf.GgufFile gguf = dev.javelin.gguf.GgufFile.open(file)) {
        String arch = gguf.metadata().string("general.architecture");
        return gguf.metadata()
            .optionalInt(arch + ".attention.key_length")
            .orElseGet(
                () ->
                    gguf.metadata().intValue(arch + ".embedding_length")
                        / gguf.metadata().intValue(arch + ".attention.head_count"));
      }
    }

    static int[] ints(JsonNode array) {
      int[] values = new int[array.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = array.get(i).asInt();
      }
      return values;
    }
  }
}
