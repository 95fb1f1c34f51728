package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.sampling.SamplingParameters;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a schema costs each token, with the model that {@code -Djavelin.model=FILE} names, else the
 * embedded one: pairs of answers, one free and one under a schema of strings without end.
 */
@Tag("acceptance")
class ConstrainedSpeedTest {
  private static final int PAIRS = 9;
  private static final int PIECES = 100;
  private static final double MOST_SLOWER = 0.03;

  @Test
  void decodingUnderASchemaIsHardlySlower() throws Exception {
    EngineOptions options = EngineOptions.defaults().withMaxSequences(1);
    String file = System.getProperty("javelin.model", "");
    try (LanguageModel model =
        file.isEmpty()
            ? LanguageModel.openDemo(options)
            : LanguageModel.open(Path.of(file), options)) {
      Constraint constraint =
          model
              .constraints()
              .jsonSchema(
                  new ObjectMapper()
                      .readTree(
                          "{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"minItems\":200}"),
                  JsonOptions.DEFAULT);
      Optional<AnswerRules> rules = Optional.of(AnswerRules.constrained(constraint));
      decode(model, rules);
      decode(model, Optional.empty());
      double[] slower = new double[PAIRS];
      for (int i = 0; i < PAIRS; i++) {
        boolean freeFirst = i % 2 == 0;
        double first = decode(model, freeFirst ? Optional.empty() : rules);
        double second = decode(model, freeFirst ? rules : Optional.empty());
        slower[i] = freeFirst ? first / second - 1 : second / first - 1;
      }
      Arrays.sort(slower);
      double median = slower[PAIRS / 2];
      Figures.report(
          "decode under a schema, " + model.info().name(),
          String.format(Locale.ROOT, "%.1f %% slower", 100 * median),
          "at most 3 % slower");
      assertTrue(median <= MOST_SLOWER, Arrays.toString(slower));
    }
  }

  /** Tokens a second. */
  private static double decode(LanguageModel model, Optional<AnswerRules> rules) {
    GenerationRequest.Builder request =
        GenerationRequest.text("The list of all words begins like this: ")
            .sampling(SamplingParameters.defaults().withTemperature(1).withSeed(3))
            .ignoreEnd(true);
    rules.ifPresent(request::rules);
    Generation generation = model.submit(request.build());
    int[] pieces = {0};
    GenerationResult result =
        generation.await(
            event -> {
              if (event instanceof GenerationEvent.Text && ++pieces[0] == PIECES) {
                generation.cancel();
              }
            });
    return result.timings().decodeTokensPerSecond(result.usage());
  }
}
