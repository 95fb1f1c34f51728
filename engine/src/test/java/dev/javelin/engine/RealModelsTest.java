package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.sampling.SamplingParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The models that the user has, in the folder that {@code JAVELIN_MODELS} names: GGUF files, models
 * in parts, Hugging Face folders. Run by {@code mvn test -Preal-models}; what each gave, or why it
 * was skipped, is printed at the end.
 */
@Tag("real-models")
@ExtendWith(RealModelsReport.class)
class RealModelsTest {
  private static final String VARIABLE = "JAVELIN_MODELS";
  private static final int TOKENS = 32;

  /** More than this together is not opened at the same time. */
  private static final long MOST_BYTES_AT_ONCE = 16L << 30;

  private static final EngineOptions OPTIONS = EngineOptions.defaults().withMaxSequences(2);

  /** A model, or why there is none. */
  record Candidate(Path path, String missing) {
    ModelSource.Local source() {
      Assumptions.assumeTrue(missing.isEmpty(), missing);
      return ModelSource.of(path);
    }

    @Override
    public String toString() {
      return missing.isEmpty() ? path.getFileName().toString() : "no model";
    }
  }

  static List<Candidate> models() {
    String folder = System.getenv(VARIABLE);
    if (folder == null || folder.isEmpty()) {
      return List.of(
          new Candidate(
              Path.of(""),
              VARIABLE + " is not set: it names a folder with GGUF files or Hugging Face folders"));
    }
    List<Candidate> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of(folder))) {
      all.sorted().filter(RealModelsTest::isModel).forEach(p -> found.add(new Candidate(p, "")));
    } catch (IOException e) {
      return List.of(new Candidate(Path.of(""), VARIABLE + " cannot be read: " + e));
    }
    return found.isEmpty()
        ? List.of(new Candidate(Path.of(""), VARIABLE + ": no model in " + folder))
        : found;
  }

  /** Later parts belong to the first; other files in the folder are none of ours. */
  private static boolean isModel(Path path) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isDirectory(path)
        ? Files.exists(path.resolve("config.json"))
        : name.endsWith(".gguf") && !name.matches(".*-(?!00001)\\d{5}-of-\\d{5}\\.gguf");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void loads(Candidate candidate) {
    long start = System.nanoTime();
    try (LanguageModel model = LanguageModel.open(candidate.source(), OPTIONS)) {
      RealModelsReport.note(
          String.format(
              Locale.ROOT, "%.2f s; %s", (System.nanoTime() - start) / 1e9, model.description()));
      assertTrue(model.info().parameterCount() > 0);
      assertTrue(model.info().vocabularySize() > 0);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void answersAQuestion(Candidate candidate) {
    try (LanguageModel model = LanguageModel.open(candidate.source(), OPTIONS)) {
      GenerationResult result = model.generate(request(model, first(model)));
      assertTrue(result.usage().completionTokens() > 0);
      RealModelsReport.note(
          String.format(
              Locale.ROOT,
              "%.1f t/s: %s",
              result.timings().decodeTokensPerSecond(result.usage()),
              shown(result)));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void streamsWhatItAnswers(Candidate candidate) {
    try (LanguageModel model = LanguageModel.open(candidate.source(), OPTIONS)) {
      StringBuilder text = new StringBuilder();
      StringBuilder thought = new StringBuilder();
      int[] pieces = {0};
      GenerationResult result =
          model.generate(
              request(model, first(model)),
              event -> {
                if (event instanceof GenerationEvent.Text more) {
                  text.append(more.piece());
                  pieces[0]++;
                } else if (event instanceof GenerationEvent.Reasoning more) {
                  thought.append(more.piece());
                  pieces[0]++;
                }
              });
      assertEquals(result.text(), text.toString());
      assertEquals(result.reasoning(), thought.toString());
      RealModelsReport.note(pieces[0] + " pieces");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void goesOnWithAConversation(Candidate candidate) {
    try (LanguageModel model = LanguageModel.open(candidate.source(), OPTIONS)) {
      GenerationResult one = model.generate(request(model, first(model)));
      Prompt second =
          model.promptFormat().isPresent()
              ? new Prompt.Chat(
                  Conversation.of(
                      Message.user("My name is Tom. ".repeat(12)),
                      Message.assistant(one.text(), one.reasoning(), one.toolCalls()),
                      Message.user("What is my name?")))
              : new Prompt.Text("My name is Tom. ".repeat(12) + one.text() + " My name is", false);
      GenerationResult two = model.generate(request(model, second));
      assertTrue(two.usage().promptTokens() > one.usage().promptTokens());
      assertTrue(two.usage().cachedTokens() > 0, "the first turn is not computed again");
      RealModelsReport.note(
          two.usage().cachedTokens() + " of " + two.usage().promptTokens() + " tokens cached");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void isValid(Candidate candidate) {
    try (LanguageModel model = LanguageModel.open(candidate.source(), OPTIONS)) {
      Validation validation = model.validate();
      assertEquals(List.of(), validation.faults());
      RealModelsReport.note(validation.checks().size() + " checks");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void leavesNothingWhenItIsClosed(Candidate candidate) throws IOException {
    Path maps = Path.of("/proc/self/maps");
    ModelSource.Local source = candidate.source();
    Assumptions.assumeTrue(Files.exists(maps), "this system has no /proc/self/maps");
    Path place = candidate.path().toRealPath();
    String beginning = place.toString().replaceFirst("-00001-of-\\d{5}\\.gguf$", "");
    LanguageModel model = LanguageModel.open(source, OPTIONS);
    assertTrue(Files.readString(maps).contains(beginning));
    model.close();
    assertFalse(Files.readString(maps).contains(beginning));
    RealModelsReport.note("no mapping left");
  }

  /** As many as fit together, each against its own answer when it was alone. */
  @Test
  void allLoadAtTheSameTime() throws InterruptedException, ExecutionException {
    Map<ModelSource.Local, int[]> alone = new LinkedHashMap<>();
    long bytes = 0;
    for (Candidate candidate : models()) {
      try (LanguageModel model = LanguageModel.open(candidate.source(), OPTIONS)) {
        bytes += model.info().fileBytes();
        if (alone.isEmpty() || bytes <= MOST_BYTES_AT_ONCE) {
          alone.put(model.source(), model.generate(request(model, first(model))).ids());
        }
      }
    }
    try (var threads = Executors.newFixedThreadPool(alone.size())) {
      Map<ModelSource.Local, Future<int[]>> together = new LinkedHashMap<>();
      alone.forEach(
          (source, ids) ->
              together.put(
                  source,
                  threads.submit(
                      () -> {
                        try (LanguageModel model = LanguageModel.open(source, OPTIONS)) {
                          return model.generate(request(model, first(model))).ids();
                        }
                      })));
      for (var one : together.entrySet()) {
        assertArrayEquals(alone.get(one.getKey()), one.getValue().get());
      }
    }
    RealModelsReport.note(alone.size() + " models");
  }

  @Test
  void aWrongNameIsSaid() {
    Candidate candidate = models().getFirst();
    candidate.source(); // skips where there is none
    String name = candidate.path().resolveSibling("no-such-model.gguf").toString();
    ModelNotFound e = assertThrows(ModelNotFound.class, () -> GenerativeModel.open(name));
    assertEquals(name + ": no such file", e.getMessage());
    RealModelsReport.note(e.code());
  }

  private static Prompt first(LanguageModel model) {
    String text = "My name is Tom. ".repeat(12);
    return model.promptFormat().isPresent()
        ? new Prompt.Chat(Conversation.of(Message.user(text)))
        : new Prompt.Text(text, false);
  }

  private static GenerationRequest request(LanguageModel model, Prompt prompt) {
    return GenerationRequest.builder(prompt)
        .sampling(SamplingParameters.GREEDY)
        .maxTokens(Math.min(TOKENS, model.info().contextLength() / 4))
        .build();
  }

  private static String shown(GenerationResult result) {
    String text = result.text().isEmpty() ? result.reasoning() : result.text();
    return text.substring(0, Math.min(60, text.length())).replaceAll("[\\p{Cntrl}|]", " ");
  }
}
