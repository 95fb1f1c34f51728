package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintCompiler;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.sampling.SamplingParameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Sixty tokens, thoughts and marks of the chat format included, for schemas under which the model
 * would write on: the answer is steered to a valid end. Judged by an independent validator.
 */
class BudgetedAnswerTest {
  private static final int BUDGET = 60;
  private static final int AT_ONCE = 16;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final Map<String, String> SCHEMAS = new LinkedHashMap<>();

  static {
    SCHEMAS.put("a string", "{\"type\": \"string\"}");
    SCHEMAS.put(
        "a string of at most 2,000 characters",
        "{\"type\": \"string\", \"minLength\": 8, \"maxLength\": 2000}");
    SCHEMAS.put(
        "strings in an array",
        "{\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"minItems\": 3}");
    SCHEMAS.put(
        "objects in objects",
        """
        {"type": "object", "required": ["a", "text"], "additionalProperties": false, "properties": {
          "a": {"type": "object", "required": ["b"], "properties": {
            "b": {"type": "object", "required": ["c"], "properties": {"c": {"type": "string"}}}}},
          "text": {"type": "string"}}}""");
    SCHEMAS.put(
        "a choice and a text",
        """
        {"type": "object", "required": ["mood", "text"], "additionalProperties": false, "properties": {
          "mood": {"enum": ["calm", "wild", "nobody knows"]}, "text": {"type": "string"}}}""");
    SCHEMAS.put("any object", "{\"type\": \"object\", \"minProperties\": 1}");
    SCHEMAS.put(
        "a tree",
        """
        {"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "required": ["name", "kids"],
          "additionalProperties": false, "properties": {"name": {"type": "string", "pattern": "^[A-Z][a-z ]*[.!]$"},
            "kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}}}""");
    SCHEMAS.put(
        "one of two forms",
        """
        {"anyOf": [
          {"type": "object", "required": ["error"], "properties": {"error": {"type": "string", "minLength": 5}}},
          {"type": "array", "items": {"type": ["number", "string"]}, "minItems": 2, "uniqueItems": false}]}""");
  }

  private static LanguageModel model;

  @BeforeAll
  static void open() {
    model =
        LanguageModel.openDemo(
            EngineOptions.defaults()
                .withThreads(2)
                .withContextLength(512)
                .withMaxSequences(AT_ONCE));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void anAnswerThatWouldRunOnEndsValidlyWithinSixtyTokens() throws Exception {
    assertTrue(answerAll(4) > 0, "no answer came near its limit");
  }

  @Tag("acceptance")
  @Test
  void soDoThoseOfAThousandSeeds() throws Exception {
    int seeds = 1000;
    int steered = answerAll(seeds);
    Figures.report(
        "answers within 60 tokens under "
            + SCHEMAS.size()
            + " schemas of free text, "
            + seeds
            + " seeds each ("
            + steered
            + " used up the limit or all but two tokens)",
        SCHEMAS.size() * seeds + " valid",
        "all");
  }

  /** Of how many the limit was near; all must be valid. */
  private static int answerAll(int seeds) throws Exception {
    int steered = 0;
    for (Map.Entry<String, String> schema : SCHEMAS.entrySet()) {
      JsonNode json = MAPPER.readTree(schema.getValue());
      JsonSchema judge =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(json);
      ConstraintCompiler compiler = model.constraints();
      List<Constraint> constraints =
          List.of(
              compiler.jsonSchema(json, JsonOptions.COMPACT),
              compiler.jsonSchema(json, JsonOptions.DEFAULT));
      List<Generation> running = new ArrayList<>();
      for (int seed = 0; seed < seeds; seed++) {
        running.add(model.submit(request(constraints.get(seed / 2 % 2), seed)));
      }
      for (Generation generation : running) {
        GenerationResult result = generation.await();
        String about = schema.getKey() + ": " + result;
        assertEquals(FinishReason.STOP, result.finishReason(), about);
        assertTrue(result.obeysRules(), about);
        assertTrue(result.usage().completionTokens() <= BUDGET, about);
        var faults = judge.validate(MAPPER.readTree(result.text()));
        assertTrue(faults.isEmpty(), () -> faults + " in " + about);
        steered += result.usage().completionTokens() >= BUDGET - 2 ? 1 : 0;
      }
    }
    return steered;
  }

  /** A chat or a text, from hardly to wholly random. */
  private static GenerationRequest request(Constraint constraint, int seed) {
    float[] temperatures = {0.7f, 1.5f, 3, 50};
    GenerationRequest.Builder request =
        seed % 2 == 0
            ? GenerationRequest.chat("Tell me a long story about a fox.")
            : GenerationRequest.text("A long story about a fox: ");
    return request
        .rules(AnswerRules.constrained(constraint))
        .sampling(
            SamplingParameters.defaults()
                .withTemperature(temperatures[seed / 4 % temperatures.length])
                .withTopK(0)
                .withTopP(1)
                .withMinP(0)
                .withSeed(seed))
        .maxTokens(BUDGET)
        .build();
  }
}
