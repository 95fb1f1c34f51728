package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.sampling.SamplingParameters;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderTest {
  /** A form that answers can have. */
  record Sum(int left, int right) {}

  /** Another one. */
  record Product(int first, int second) {}

  private static final SamplingParameters GREEDY = SamplingParameters.defaults().withTemperature(0);
  private static LanguageModel model;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    model = LanguageModel.openDemo(EngineOptions.defaults().withThreads(2));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static GenerationRequest.Builder chat(String question) {
    return GenerationRequest.chat(question).sampling(GREEDY).maxTokens(60);
  }

  private static GenerationRequest calling() throws IOException {
    Tool tool =
        new Tool(
            "get_time",
            "the time in a city",
            new ObjectMapper()
                .readTree(
                    "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\",\"maxLength\":9}},\"required\":[\"city\"]}"));
    Conversation conversation =
        new Conversation(
            List.of(Message.user("How late is it in Berlin?")),
            List.of(tool),
            ReasoningLevel.LOW,
            null,
            null,
            LocalDate.of(2026, 1, 2));
    return GenerationRequest.builder(new Prompt.Chat(conversation))
        .sampling(GREEDY)
        .maxTokens(80)
        .build();
  }

  private static List<GenerationRequest> suite() throws IOException {
    return List.of(
        chat("What is 17 + 25?").build(),
        chat("Hello!").sampling(SamplingParameters.defaults().withSeed(7)).build(),
        chat("Hello!").topLogProbabilities(2).promptProgress(true).build(),
        GenerationRequest.text("One two").sampling(GREEDY).maxTokens(5).build(),
        calling(),
        chat("Pick one.")
            .rules(
                AnswerRules.constrained(
                    model.constraints().choice(List.of("heads", "tails \"äöü\""))))
            .build());
  }

  private static List<String> events(TextModel asked, GenerationRequest request) {
    List<String> events = new ArrayList<>();
    asked.generate(request, event -> events.add(EventJson.write(event).toString()));
    return events;
  }

  @Test
  void replaysEveryEventAsItWasRecorded() throws IOException {
    Path file = folder.resolve("suite.jsonl");
    List<List<String>> recorded = new ArrayList<>();
    Sum sum;
    try (Recorder recorder = Recorder.recordOrReplay(file, model)) {
      assertFalse(recorder.replays());
      for (GenerationRequest request : suite()) {
        recorded.add(events(recorder, request));
      }
      sum = recorder.generate(chat("Add.").build(), Sum.class);
      assertThrows(TokenLimitExceeded.class, () -> recorder.generate(tooLong()));
    }
    assertTrue(recorded.get(4).toString().contains("get_time"), recorded.get(4).toString());
    try (Recorder recorder = Recorder.recordOrReplay(file, DemoModel.file(), model.options())) {
      assertTrue(recorder.replays());
      List<List<String>> replayed = new ArrayList<>();
      for (GenerationRequest request : suite()) {
        replayed.add(events(recorder, request));
      }
      assertEquals(recorded, replayed);
      assertEquals(sum, recorder.generate(chat("Add.").build(), Sum.class));
      assertThrows(TokenLimitExceeded.class, () -> recorder.generate(tooLong()));
      assertThrows(
          RecordingMissed.class, () -> recorder.generate(chat("Add.").build(), Product.class));
    }
  }

  private static GenerationRequest tooLong() {
    return GenerationRequest.ids(new int[10_000]).sampling(GREEDY).build();
  }

  @Test
  void anotherPromptSchemaOrSeedIsAMissThatSaysWhatDiffers() {
    Path file = folder.resolve("one.jsonl");
    GenerationRequest base = base().build();
    try (Recorder recorder = Recorder.record(file, model)) {
      recorder.generate(base);
    }
    try (Recorder recorder = Recorder.replay(file)) {
      assertEquals("heads", recorder.generate(base).text());
      assertMissed(recorder, base(Prompt.Text.class).build(), "prompt.text");
      assertMissed(
          recorder, base().sampling(SamplingParameters.defaults().withSeed(6)).build(), "seed");
      AnswerRules other =
          AnswerRules.constrained(model.constraints().choice(List.of("heads", "tail")));
      assertMissed(recorder, base().rules(other).build(), "rules.constraint");
    }
  }

  private static void assertMissed(Recorder recorder, GenerationRequest request, String named) {
    RecordingMissed missed = assertThrows(RecordingMissed.class, () -> recorder.generate(request));
    assertEquals("recording_missed", missed.code());
    assertTrue(missed.getMessage().contains(named), missed.getMessage());
    assertTrue(missed.getMessage().contains("refresh"), missed.getMessage());
  }

  private static GenerationRequest.Builder base() {
    return like(GenerationRequest.text("Toss a coin:"));
  }

  private static GenerationRequest.Builder base(Class<Prompt.Text> other) {
    return like(GenerationRequest.text("Toss a coin!"));
  }

  private static GenerationRequest.Builder like(GenerationRequest.Builder builder) {
    return builder
        .sampling(SamplingParameters.defaults().withSeed(5))
        .maxTokens(9)
        .rules(AnswerRules.constrained(model.constraints().choice(List.of("heads"))));
  }

  @Test
  void everythingInARequestThatCanChangeAnAnswerIsPartOfItsKey() {
    Map<String, GenerationRequest> changed = new LinkedHashMap<>();
    changed.put("prompt", base(Prompt.Text.class).build());
    changed.put("sampling", base().sampling(SamplingParameters.defaults().withSeed(6)).build());
    changed.put("maxTokens", base().maxTokens(8).build());
    changed.put("stop", base().stop(List.of("x")).build());
    changed.put("ignoreEnd", base().ignoreEnd(true).build());
    changed.put("topLogProbabilities", base().topLogProbabilities(0).build());
    changed.put("deadline", base().deadline(Duration.ofSeconds(1)).build());
    changed.put("priority", base().priority(1).build());
    changed.put("promptProgress", base().promptProgress(true).build());
    changed.put(
        "rules", base().rules(AnswerRules.constrained(model.constraints().regex("heads"))).build());
    Set<String> keys = new HashSet<>(Set.of(key(base().build())));
    changed.forEach((name, request) -> assertTrue(keys.add(key(request)), name));
    assertThrows(NotSupported.class, () -> key(base().keepBlocks(true).build()));
    changed.putAll(
        Arrays.stream(GenerationRequest.class.getRecordComponents())
            .map(RecordComponent::getName)
            .filter(Set.of("cacheSalt", "keepBlocks", "past")::contains)
            .collect(
                LinkedHashMap::new, (map, name) -> map.put(name, null), LinkedHashMap::putAll));
    assertEquals(
        Arrays.stream(GenerationRequest.class.getRecordComponents())
            .map(RecordComponent::getName)
            .collect(java.util.stream.Collectors.toSet()),
        changed.keySet());
    assertEquals(key(base().build()), key(base().cacheSalt("other").build()));
    assertEquals(
        SamplingParameters.class.getRecordComponents().length,
        GenerationJson.sampling(GREEDY.withSeed(5)).size());
  }

  private static String key(GenerationRequest request) {
    return RequestKey.of(request).toString();
  }

  /** A map's own order changes from process to process. */
  @Test
  void biasesStandInTheOrderOfTheirTokens() {
    Map<Integer, Float> bias = new LinkedHashMap<>();
    for (int token = 40; token > 0; token--) {
      bias.put(token, 1f);
    }
    String key = key(base().sampling(SamplingParameters.GREEDY.withLogitBias(bias)).build());
    for (int token = 2; token < 40; token++) {
      assertTrue(key.indexOf("\"" + token + "\":1.0") < key.indexOf("\"" + (token + 1) + "\":1.0"));
    }
  }

  @Test
  void anotherModelFileOptionOrVersionIsAMiss() throws IOException {
    Path file = folder.resolve("model.jsonl");
    Path copy = Files.copy(DemoModel.file(), folder.resolve("copy.gguf"));
    try (Recorder recorder = Recorder.record(file, model)) {
      recorder.generate(chat("Hello!").build());
    }
    EngineOptions options = model.options();
    Recorder.recordOrReplay(file, copy, options).close();
    Recorder.recordOrReplay(file, folder.resolve("not there"), options).close();
    byte[] bytes = Files.readAllBytes(copy);
    bytes[bytes.length - 100] ^= 1; // a weight, not the metadata
    Files.write(copy, bytes);
    RecordingMissed missed =
        assertThrows(RecordingMissed.class, () -> Recorder.recordOrReplay(file, copy, options));
    assertTrue(missed.getMessage().contains("SHA-256"), missed.getMessage());
    missed =
        assertThrows(
            RecordingMissed.class,
            () -> Recorder.recordOrReplay(file, DemoModel.file(), options.withContextLength(300)));
    assertTrue(missed.getMessage().contains("contextLength"), missed.getMessage());
    String text = Files.readString(file);
    Files.writeString(file, text.replaceFirst("\"version\":\"[^\"]*\"", "\"version\":\"0.0.1\""));
    missed = assertThrows(RecordingMissed.class, () -> Recorder.replay(file));
    assertTrue(missed.getMessage().contains("0.0.1"), missed.getMessage());
  }

  @Test
  void answersWithoutASeedAreReplayedInTheirOrder() {
    Path file = folder.resolve("random.jsonl");
    GenerationRequest request =
        GenerationRequest.text("The")
            .sampling(
                SamplingParameters.defaults()
                    .withTemperature(9)
                    .withTopK(0)
                    .withTopP(1)
                    .withMinP(0))
            .maxTokens(12)
            .build();
    List<int[]> recorded = new ArrayList<>();
    try (Recorder recorder = Recorder.record(file, model)) {
      for (int i = 0; i < 3; i++) {
        recorded.add(recorder.generate(request).ids());
      }
    }
    assertNotEquals(Arrays.toString(recorded.get(0)), Arrays.toString(recorded.get(1)));
    try (Recorder recorder = Recorder.replay(file)) {
      for (int i = 0; i < 4; i++) {
        assertArrayEquals(recorded.get(i % 3), recorder.generate(request).ids());
      }
    }
  }

  @Test
  void theSwitchRecordsAnew() throws IOException {
    Path file = folder.resolve("refresh.jsonl");
    Files.writeString(file, "not a recording\n");
    assertThrows(InvalidRequest.class, () -> Recorder.recordOrReplay(file, model));
    System.setProperty(Recorder.SWITCH, "refresh");
    try (Recorder recorder = Recorder.recordOrReplay(file, model)) {
      assertFalse(recorder.replays());
      recorder.generate(chat("Hello!").build());
    } finally {
      System.clearProperty(Recorder.SWITCH);
    }
    try (Recorder recorder = Recorder.recordOrReplay(file, model)) {
      assertTrue(recorder.replays());
      recorder.generate(chat("Hello!").build());
    }
  }

  @Test
  void anAnswerThatWasCancelledIsNotRecorded() throws Exception {
    Path file = folder.resolve("cancelled.jsonl");
    GenerationRequest request =
        GenerationRequest.text("The").sampling(GREEDY).ignoreEnd(true).build();
    try (Recorder recorder = Recorder.record(file, model)) {
      Generation generation = recorder.submit(request);
      generation.next();
      generation.cancel();
      assertEquals(FinishReason.CANCELLED, generation.await().finishReason());
    }
    try (Recorder recorder = Recorder.replay(file)) {
      assertThrows(RecordingMissed.class, () -> recorder.generate(request));
    }
  }
}
