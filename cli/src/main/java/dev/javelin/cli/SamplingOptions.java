package dev.javelin.cli;

import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.sampling.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How tokens are picked. What is not said is as the model file recommends. */
final class SamplingOptions {
  // What -1 means, as in llama.cpp.
  private static final int NO_LIMIT = -1;
  private static final int ALL_TOKENS = -1;
  private static final long RANDOM_SEED = -1;

  @Option(
      names = {"--temperature", "--temp"},
      paramLabel = "T",
      description = "0: always the likeliest token.")
  private Float temperature;

  @Option(
      names = {"-s", "--seed"},
      paramLabel = "S",
      description = "Same seed, same answer; -1: another one each time.")
  private Long seed;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Pick among the K likeliest tokens; 0: all.")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Pick among the likeliest tokens that add up to P.")
  private Float topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Leave out tokens below P times the likeliest one.")
  private Float minP;

  @Option(
      names = {"--repetition-penalty", "--repeat-penalty"},
      paramLabel = "X",
      description = "Above 1: recent tokens, the prompt's too, become less likely.")
  private Float repetitionPenalty;

  @Option(
      names = "--repeat-last-n",
      paramLabel = "N",
      description = "How many tokens back the repetition penalty looks; -1: all.")
  private Integer repeatLastN;

  @Option(
      names = "--presence-penalty",
      paramLabel = "X",
      description = "Subtracted once from the score of a token that the answer holds.")
  private Float presencePenalty;

  @Option(
      names = "--frequency-penalty",
      paramLabel = "X",
      description = "Subtracted from a token's score for each time the answer holds it.")
  private Float frequencyPenalty;

  @Option(
      names = {"-n", "--max-tokens", "--n-predict", "--predict"},
      paramLabel = "N",
      description = "Most tokens to write (default: -1, until the context is full).")
  private Integer maxTokens;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End the answer before this text; may be given several times.")
  private List<String> stop = new ArrayList<>();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Refuses values that no model can take, before a model is opened. */
  void check() {
    if (repeatLastN != null && repeatLastN < ALL_TOKENS) {
      throw new ParameterException(
          command.commandLine(), "--repeat-last-n must be -1 (all) or more: " + repeatLastN);
    }
    try {
      request(new Prompt.Text("", false), SamplingParameters.GREEDY);
    } catch (IllegalArgumentException | InvalidRequest wrong) {
      throw new ParameterException(command.commandLine(), wrong.getMessage(), wrong);
    }
  }

  /** The model's recommendation with what the user said on top. */
  SamplingParameters over(SamplingParameters model) {
    return new SamplingParameters(
        orElse(temperature, model.temperature()),
        orElse(topK, model.topK()),
        orElse(topP, model.topP()),
        orElse(minP, model.minP()),
        orElse(repetitionPenalty, model.repetitionPenalty()),
        repeatLastN == null ? model.penaltyWindow() : window(repeatLastN),
        orElse(presencePenalty, model.presencePenalty()),
        orElse(frequencyPenalty, model.frequencyPenalty()),
        model.logitBias(),
        seed(model.seed()));
  }

  /** A request for an answer to {@code prompt} by these options. */
  GenerationRequest request(Prompt prompt, SamplingParameters model) {
    return builder(prompt, model).build();
  }

  /** The same, for more to be said. */
  GenerationRequest.Builder builder(Prompt prompt, SamplingParameters model) {
    var request = GenerationRequest.builder(prompt).sampling(over(model)).stop(stop);
    return maxTokens == null || maxTokens == NO_LIMIT ? request : request.maxTokens(maxTokens);
  }

  private OptionalLong seed(OptionalLong model) {
    if (seed == null) {
      return model;
    }
    return seed == RANDOM_SEED ? OptionalLong.empty() : OptionalLong.of(seed);
  }

  private static int window(int tokens) {
    return tokens == ALL_TOKENS ? SamplingParameters.WHOLE_TEXT : tokens;
  }

  private static <T> T orElse(T said, T model) {
    return said == null ? model : said;
  }
}
