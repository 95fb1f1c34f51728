package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.sampling.SamplingParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The embedded model answers the questions of its card as well as the card says, token by token
 * where the margins allow.
 */
class DemoModelTest {
  /**
   * Twice what float32 sums in another order can move a logit of this model, by the numerics
   * contract.
   */
  private static final double DECISIVE_MARGIN = 2 * 5e-4;

  private static final int CARD_CORRECT = 214;

  private static LanguageModel model;
  private static List<JsonNode> questions;

  @BeforeAll
  static void open() throws IOException {
    model =
        LanguageModel.openDemo(
            EngineOptions.defaults()
                .withThreads(2)
                .withMaxSequences(16)
                .withKvType(dev.javelin.tensor.ops.KvType.F32));
    questions = new ArrayList<>();
    ObjectMapper json = new ObjectMapper();
    try (var in = DemoModelTest.class.getResourceAsStream("demo-eval.jsonl")) {
      for (String line :
          new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).split("\n")) {
        questions.add(json.readTree(line));
      }
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void answersAsItsCardSays() {
    Map<String, int[]> byTask = new TreeMap<>();
    int correct = 0;
    List<Generation> running = new ArrayList<>();
    for (JsonNode question : questions) {
      running.add(
          model.submit(
              GenerationRequest.ids(GoldenModelTest.Golden.ints(question.get("prompt_ids")))
                  .sampling(SamplingParameters.GREEDY)
                  .maxTokens(400)
                  .build()));
    }
    for (int i = 0; i < questions.size(); i++) {
      JsonNode question = questions.get(i);
      int[] wanted = GoldenModelTest.Golden.ints(question.get("answer_ids"));
      int[] ids = running.get(i).await().ids();
      boolean same = java.util.Arrays.equals(wanted, ids);
      if (question.get("min_margin").asDouble() > DECISIVE_MARGIN) {
        assertArrayEquals(
            wanted, ids, () -> question.get("id") + ": " + question.get("prompt").asText());
      }
      boolean right = same && question.get("correct").asBoolean();
      correct += right ? 1 : 0;
      int[] count = byTask.computeIfAbsent(question.get("task").asText(), task -> new int[2]);
      count[0] += right ? 1 : 0;
      count[1]++;
    }
    StringBuilder table = new StringBuilder("demo model, right of asked:");
    byTask.forEach(
        (task, count) ->
            table
                .append(' ')
                .append(task)
                .append(' ')
                .append(count[0])
                .append('/')
                .append(count[1]));
    System.out.println(table);
    System.out.println(
        "demo model: "
            + correct
            + " of "
            + questions.size()
            + " right, the card says "
            + CARD_CORRECT);
    Figures.report(
        "demo model's questions",
        correct + " of " + questions.size() + " right",
        CARD_CORRECT + " (card)");
    assertEquals(CARD_CORRECT, correct);
  }

  @Test
  void reasoningLevelChangesTheAnalysisChannel() {
    Map<ReasoningLevel, GenerationResult> results = new TreeMap<>();
    for (ReasoningLevel level : ReasoningLevel.values()) {
      results.put(
          level,
          model.generate(
              GenerationRequest.chat(
                      new Conversation(
                          List.of(Message.user("What is 17 + 25?")),
                          List.of(),
                          level,
                          null,
                          null,
                          null))
                  .build()));
      assertTrue(results.get(level).text().contains("42"), () -> level + ": " + results.get(level));
    }
    int low = results.get(ReasoningLevel.LOW).usage().reasoningTokens();
    int medium = results.get(ReasoningLevel.MEDIUM).usage().reasoningTokens();
    int high = results.get(ReasoningLevel.HIGH).usage().reasoningTokens();
    assertEquals("", results.get(ReasoningLevel.LOW).reasoning());
    assertTrue(
        low < medium && medium < high,
        "reasoning tokens low " + low + ", medium " + medium + ", high " + high);
  }

  @Test
  void extractsItselfOnceAndRepairsADamagedCopy() throws IOException {
    Path file = DemoModel.file();
    assertEquals(file, DemoModel.file());
    byte[] good = Files.readAllBytes(file);
    byte[] bad = good.clone();
    bad[bad.length / 2] ^= 1;
    Path copy = Files.createTempDirectory("demo");
    String before = System.getProperty("javelin.cache");
    System.setProperty("javelin.cache", copy.toString());
    try {
      Path extracted = DemoModel.file();
      assertTrue(extracted.startsWith(copy));
      Files.write(extracted, bad);
      assertArrayEquals(good, Files.readAllBytes(DemoModel.file()));
    } finally {
      if (before == null) {
        System.clearProperty("javelin.cache");
      } else {
        System.setProperty("javelin.cache", before);
      }
    }
  }
}
