package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.constrain.ConstraintCompiler;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.sampling.SamplingParameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Tokens that the grammar forces are fed several at a time; answers are the same as when each is
 * sampled.
 */
class ForcedTokensTest {
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"first_number\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":99},"
          + "\"second_number\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":99},\"comment\":{\"type\":\"string\",\"maxLength\":30},"
          + "\"verdict\":{\"enum\":[\"certainly\",\"perhaps\",\"never\"]}},"
          + "\"required\":[\"first_number\",\"second_number\",\"comment\",\"verdict\"],\"additionalProperties\":false}";

  /** Logits of a chunk may differ from those of single steps by this much (docs/numerics.md). */
  private static final double CHUNKS = 5e-4;

  private static LanguageModel model;

  @BeforeAll
  static void open() {
    model = LanguageModel.openDemo(EngineOptions.defaults().withThreads(2).withMaxSequences(4));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Map<String, AnswerRules> rules() throws Exception {
    ConstraintCompiler compiler = model.constraints();
    JsonNode schema = new ObjectMapper().readTree(SCHEMA);
    Map<String, AnswerRules> rules = new LinkedHashMap<>();
    rules.put("compact", AnswerRules.constrained(compiler.jsonSchema(schema, JsonOptions.COMPACT)));
    rules.put(
        "flexible", AnswerRules.constrained(compiler.jsonSchema(schema, JsonOptions.DEFAULT)));
    rules.put("regex", AnswerRules.constrained(compiler.regex("The answer is [0-9]{2} apples\\.")));
    rules.put(
        "choice",
        AnswerRules.constrained(compiler.choice(List.of("Hello, world!", "Hello, Würzburg!"))));
    rules.put(
        "call",
        new AnswerRules(
            false,
            Optional.empty(),
            List.of(
                new AnswerRules.Call(
                    "get_time", compiler.jsonSchema(schema, JsonOptions.DEFAULT)))));
    return rules;
  }

  private static List<GenerationRequest> requests() throws Exception {
    List<GenerationRequest> requests = new ArrayList<>();
    SamplingParameters defaults = SamplingParameters.defaults();
    for (AnswerRules rule : rules().values()) {
      requests.add(request(rule, defaults.withTemperature(0), 30));
      requests.add(request(rule, defaults.withTemperature(0), 80));
      requests.add(
          request(
              rule,
              defaults.withTemperature(0.7f).withTopP(0.9f).withRepetitionPenalty(1.1f).withSeed(9),
              80));
    }
    return requests;
  }

  private static GenerationRequest request(
      AnswerRules rules, SamplingParameters sampling, int maxTokens) {
    return GenerationRequest.chat("What is 17 + 25?")
        .rules(rules)
        .sampling(sampling)
        .maxTokens(maxTokens)
        .build();
  }

  private static List<GenerationResult> run(List<GenerationRequest> requests, boolean forced) {
    model.feedForced(forced);
    try {
      return requests.stream().map(model::generate).toList();
    } finally {
      model.feedForced(true);
    }
  }

  @Test
  void answersAreTheSameAndTakeFewerSteps() throws Exception {
    List<GenerationRequest> requests = requests();
    long start = model.counters().steps();
    List<GenerationResult> sampled = run(requests, false);
    long between = model.counters().steps();
    List<GenerationResult> fed = run(requests, true);
    long end = model.counters().steps();
    int tokens = 0;
    for (int i = 0; i < requests.size(); i++) {
      assertArrayEquals(sampled.get(i).ids(), fed.get(i).ids(), sampled.get(i) + "\n" + fed.get(i));
      assertEquals(sampled.get(i).text(), fed.get(i).text());
      assertEquals(sampled.get(i).toolCalls(), fed.get(i).toolCalls());
      assertEquals(sampled.get(i).finishReason(), fed.get(i).finishReason());
      assertTrue(fed.get(i).obeysRules() || requests.get(i).maxTokens().getAsInt() == 30);
      tokens += fed.get(i).ids().length;
    }
    long fewer = 100 - 100 * (end - between) / (between - start);
    assertTrue(
        fewer >= 10,
        tokens + " tokens, " + (between - start) + " steps, " + (end - between) + " forced");
    Figures.report(
        "forced tokens fed, not sampled: steps for the same answers",
        fewer + " % fewer: " + (end - between) + " instead of " + (between - start),
        "fewer");
  }

  @Test
  void logProbabilitiesAreThoseOfEachToken() throws Exception {
    for (AnswerRules rule : rules().values()) {
      GenerationRequest request =
          GenerationRequest.chat("What is 17 + 25?")
              .rules(rule)
              .sampling(SamplingParameters.defaults().withTemperature(0))
              .topLogProbabilities(1)
              .maxTokens(80)
              .build();
      List<TokenLogProbability> sampled = chosen(request, false);
      List<TokenLogProbability> fed = chosen(request, true);
      assertEquals(sampled.size(), fed.size());
      for (int i = 0; i < fed.size(); i++) {
        assertEquals(sampled.get(i).id(), fed.get(i).id());
        assertEquals(sampled.get(i).logProbability(), fed.get(i).logProbability(), CHUNKS);
        assertEquals(sampled.get(i).top().getFirst().id(), fed.get(i).top().getFirst().id());
      }
    }
  }

  private static List<TokenLogProbability> chosen(GenerationRequest request, boolean forced) {
    List<TokenLogProbability> chosen = new ArrayList<>();
    model.feedForced(forced);
    GenerationResult result =
        model.generate(
            request,
            event -> {
              if (event instanceof GenerationEvent.TokenChosen(TokenLogProbability token)) {
                chosen.add(token);
              }
            });
    model.feedForced(true);
    assertEquals(result.ids().length, chosen.size());
    return chosen;
  }

  @Test
  void answersInOneBatchAreThoseOfEachAlone() throws Exception {
    List<GenerationRequest> requests = requests();
    List<GenerationResult> alone = run(requests, true);
    List<Generation> together = requests.stream().map(model::submit).toList();
    for (int i = 0; i < requests.size(); i++) {
      assertArrayEquals(alone.get(i).ids(), together.get(i).await().ids());
    }
  }
}
