package dev.javelin.server.api;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Caller;
import dev.javelin.server.http.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads what all generating endpoints share: limits, stops, sampling. Gives one engine request for
 * each answer asked for.
 */
public final class GenerationReader {
  /**
   * What an operator allows.
   *
   * @param maxPromptTokens 0: what the context holds
   * @param maxChoices most answers to one prompt
   * @param maxSchemaBytes longest schema or grammar
   * @param deadline longest time for one generation
   */
  public record Limits(
      int maxPromptTokens, int maxChoices, int maxSchemaBytes, Duration deadline) {}

  private static final int MAX_STOPS = 16;
  private static final int MAX_TOKENS = 1 << 30;

  private final Fields fields;
  private final LanguageModel model;
  private final Caller caller;
  private final Limits limits;
  private final SamplingParameters sampling;
  private OptionalInt topLogprobs = OptionalInt.empty();
  private OptionalInt standardMaxTokens = OptionalInt.empty();
  private Optional<AnswerRules> rules = Optional.empty();
  private boolean progress;

  public GenerationReader(Fields fields, LanguageModel model, Caller caller, Limits limits) {
    this.fields = fields;
    this.model = model;
    this.caller = caller;
    this.limits = limits;
    try {
      this.sampling =
          SamplingReader.read(fields, model.defaultSampling(), model.info().vocabularySize());
    } catch (IllegalArgumentException e) {
      throw ApiError.invalid("invalid_value", null, e.getMessage());
    }
  }

  /** Has log-probabilities reported, with so many alternatives. */
  public GenerationReader withTopLogprobs(OptionalInt top) {
    topLogprobs = top;
    return this;
  }

  /** Has the answer obey what the request says of it. */
  public GenerationReader withRules() {
    rules = new RulesReader(fields, model, limits.maxSchemaBytes()).read();
    return this;
  }

  /** The same for an answer to a conversation. */
  public GenerationReader withRules(Conversation conversation, ToolChoice choice) {
    rules = new RulesReader(fields, model, limits.maxSchemaBytes()).read(conversation, choice);
    return this;
  }

  /** The most tokens to write if the request does not say. */
  public GenerationReader withStandardMaxTokens(int tokens) {
    standardMaxTokens = OptionalInt.of(tokens);
    return this;
  }

  /** Has the progress of the prompt reported. */
  public GenerationReader withProgress(boolean wanted) {
    progress = wanted;
    return this;
  }

  /** One request for each answer, with seeds one apart. */
  public List<GenerationRequest> requests(Prompt prompt, int choices) {
    checkPromptTokens(prompt);
    List<GenerationRequest> result = new ArrayList<>();
    OptionalInt maxTokens = maxTokens();
    List<String> stop = stop();
    boolean ignoreEnd = fields.flag("ignore_eos", false);
    for (int choice = 0; choice < choices; choice++) {
      GenerationRequest.Builder builder =
          GenerationRequest.builder(prompt)
              .sampling(seeded(choice))
              .stop(stop)
              .ignoreEnd(ignoreEnd)
              .cacheSalt(caller.cacheSalt())
              .promptProgress(progress)
              .deadline(limits.deadline());
      maxTokens.ifPresent(builder::maxTokens);
      topLogprobs.ifPresent(builder::topLogProbabilities);
      rules.ifPresent(builder::rules);
      result.add(builder.build());
    }
    return result;
  }

  private SamplingParameters seeded(int choice) {
    OptionalLong seed = sampling.seed();
    return seed.isPresent() ? sampling.withSeed(seed.getAsLong() + choice) : sampling;
  }

  /** The field {@code n}. */
  public int choices() {
    return fields.integer("n", 1, limits.maxChoices()).orElse(1);
  }

  /** -1 stands for no limit, as in llama.cpp. */
  private OptionalInt maxTokens() {
    OptionalInt result = standardMaxTokens;
    for (String field :
        List.of("max_tokens", "max_completion_tokens", "max_output_tokens", "n_predict")) {
      OptionalInt found = fields.integer(field, -1, MAX_TOKENS);
      if (found.isPresent() && found.getAsInt() == 0) {
        throw fields.wrong(field, "at least 1, or -1 for no limit", fields.get(field));
      }
      result = found.isPresent() ? found : result;
    }
    return result.isPresent() && result.getAsInt() == -1 ? OptionalInt.empty() : result;
  }

  private List<String> stop() {
    List<String> stop = fields.texts(fields.has("stop_sequences") ? "stop_sequences" : "stop");
    if (stop.size() > MAX_STOPS || stop.stream().anyMatch(String::isEmpty)) {
      throw ApiError.invalid(
          "invalid_value",
          fields.name("stop"),
          "stop must hold at most " + MAX_STOPS + " texts, none of them empty");
    }
    return stop;
  }

  private void checkPromptTokens(Prompt prompt) {
    if (limits.maxPromptTokens() > 0) {
      int count = model.promptIds(prompt).length;
      if (count > limits.maxPromptTokens()) {
        throw ApiError.invalid(
            "context_length_exceeded",
            "messages",
            "the prompt has "
                + count
                + " tokens, but this server takes at most "
                + limits.maxPromptTokens());
      }
    }
  }
}
