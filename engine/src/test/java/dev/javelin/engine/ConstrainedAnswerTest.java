package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.sampling.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Answers under a schema or of a function, by the embedded model at a temperature at which it would
 * write anything.
 */
class ConstrainedAnswerTest {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final SamplingParameters WILD =
      SamplingParameters.defaults().withTemperature(3).withTopK(0).withTopP(1).withMinP(0);

  private static LanguageModel model;

  @BeforeAll
  static void open() {
    model =
        LanguageModel.openDemo(
            EngineOptions.defaults().withThreads(2).withContextLength(512).withMaxSequences(16));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Constraint schema(String json) throws Exception {
    return model.constraints().jsonSchema(MAPPER.readTree(json), JsonOptions.COMPACT);
  }

  private static GenerationRequest.Builder wild(AnswerRules rules, long seed) {
    return GenerationRequest.chat("Tell me about a fox.")
        .rules(rules)
        .sampling(WILD.withSeed(seed));
  }

  private static List<GenerationResult> run(AnswerRules rules, int count, int maxTokens) {
    List<Generation> running = new ArrayList<>();
    for (int seed = 0; seed < count; seed++) {
      running.add(model.submit(wild(rules, seed).maxTokens(maxTokens).build()));
    }
    return running.stream().map(Generation::await).toList();
  }

  /** 1.0 and 1e2 are integers to JSON Schema. */
  private static boolean isWhole(JsonNode number) {
    return number.isNumber() && number.decimalValue().stripTrailingZeros().scale() <= 0;
  }

  @Test
  void theFinalMessageObeysTheSchemaWithinSixtyTokens() throws Exception {
    AnswerRules rules =
        AnswerRules.constrained(
            schema(
                """
                {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
                 "required": ["name", "age"], "additionalProperties": false}"""));
    for (GenerationResult result : run(rules, 24, 60)) {
      assertEquals(FinishReason.STOP, result.finishReason(), result.toString());
      assertTrue(result.obeysRules());
      JsonNode answer = MAPPER.readTree(result.text());
      assertTrue(answer.get("name").isTextual() && isWhole(answer.get("age")), result.text());
      assertEquals(0, result.malformed());
    }
  }

  @Test
  void aCallObeysTheFunctionsSchema() throws Exception {
    Constraint arguments =
        schema(
            """
            {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
             "required": ["a", "b"], "additionalProperties": false}""");
    AnswerRules rules =
        new AnswerRules(false, Optional.empty(), List.of(new AnswerRules.Call("add", arguments)));
    for (GenerationResult result : run(rules, 10, 80)) {
      assertEquals(FinishReason.TOOL_CALLS, result.finishReason(), result.toString());
      assertEquals("add", result.toolCalls().getFirst().name());
      String written = result.toolCalls().getFirst().arguments();
      assertTrue(isWhole(MAPPER.readTree(written).get("b")), written);
    }
  }

  @Test
  void aPlainTextObeysARegularExpression() {
    AnswerRules rules = AnswerRules.constrained(model.constraints().regex("[0-9]{3}-[a-c]+"));
    for (int seed = 0; seed < 20; seed++) {
      GenerationResult result =
          model.generate(
              GenerationRequest.text("Number: ")
                  .rules(rules)
                  .sampling(WILD.withSeed(seed))
                  .maxTokens(12)
                  .build());
      assertTrue(result.text().matches("[0-9]{3}-[a-c]+"), result.text());
    }
  }

  @Test
  void saysSoWhenTheBudgetIsTooSmallForAnyAnswer() {
    AnswerRules rules = AnswerRules.constrained(model.constraints().regex("[0-9]{40}"));
    GenerationResult result =
        model.generate(
            GenerationRequest.text("Number: ")
                .rules(rules)
                .sampling(WILD.withSeed(1))
                .maxTokens(5)
                .build());
    assertEquals(FinishReason.LENGTH, result.finishReason());
    assertFalse(result.obeysRules());
  }

  enum Mood {
    CALM,
    WILD
  }

  record Paw(int claws) {}

  record Animal(String name, Mood mood, List<Paw> paws, Optional<String> home, double weight) {}

  @Test
  void anAnswerBecomesARecord() {
    for (int seed = 0; seed < 5; seed++) {
      Animal animal =
          model.generate(
              GenerationRequest.chat("Tell me about a fox.")
                  .sampling(WILD.withSeed(seed))
                  .maxTokens(150)
                  .build(),
              Animal.class);
      assertTrue(
          animal.name() != null && animal.mood() != null && animal.paws() != null,
          animal.toString());
    }
  }

  record NoJson(Thread thread) {}

  @Test
  void aRecordWithoutAJsonFormIsRefused() {
    InvalidRequest refused =
        org.junit.jupiter.api.Assertions.assertThrows(
            InvalidRequest.class,
            () -> model.generate(GenerationRequest.chat("a").build(), NoJson.class));
    assertTrue(refused.getMessage().contains("NoJson.thread"), refused.getMessage());
  }
}
