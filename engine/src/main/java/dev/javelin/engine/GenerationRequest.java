package dev.javelin.engine;

import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.sampling.SamplingParameters;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All that a caller can say about one generation. Made by {@link #builder}.
 *
 * @param sampling empty: the model's own defaults
 * @param maxTokens most tokens to write; empty: until the context is full
 * @param stop texts that end the answer; they are not part of it
 * @param ignoreEnd whether tokens that end an answer are taken as any other (for measurements)
 * @param topLogProbabilities how many alternatives to report with each token's own log-probability;
 *     empty: report none
 * @param deadline from submission; empty: none
 * @param priority higher ones are served first and preempted last; 0 is normal
 * @param cacheSalt cached prefixes are shared only among requests of equal salt
 * @param promptProgress whether {@link GenerationEvent.Prefilled} is reported
 * @param keepBlocks whether the result holds the sequence's keys and values
 * @param past a saved sequence to go on from: a conversation is rendered whole and computed from
 *     where it differs; any other prompt is what comes after the past
 * @param rules what the answer may be; empty: anything
 */
public record GenerationRequest(
    Prompt prompt,
    Optional<SamplingParameters> sampling,
    OptionalInt maxTokens,
    List<String> stop,
    boolean ignoreEnd,
    OptionalInt topLogProbabilities,
    Optional<Duration> deadline,
    int priority,
    String cacheSalt,
    boolean promptProgress,
    boolean keepBlocks,
    Optional<AgentBlocks> past,
    Optional<AnswerRules> rules) {
  private static final int MAX_STOPS = 64;
  private static final int MAX_TOP = 100;

  public GenerationRequest {
    Objects.requireNonNull(prompt, "prompt");
    stop = List.copyOf(stop);
    if (maxTokens.isPresent() && maxTokens.getAsInt() < 1) {
      throw new InvalidRequest("max tokens must be at least 1: " + maxTokens.getAsInt());
    }
    if (stop.size() > MAX_STOPS || stop.stream().anyMatch(String::isEmpty)) {
      throw new InvalidRequest(
          "at most " + MAX_STOPS + " stop strings, none of them empty: " + stop.size() + " given");
    }
    if (topLogProbabilities.isPresent()
        && (topLogProbabilities.getAsInt() < 0 || topLogProbabilities.getAsInt() > MAX_TOP)) {
      throw new InvalidRequest(
          "top log-probabilities must be 0 to " + MAX_TOP + ": " + topLogProbabilities.getAsInt());
    }
  }

  /** The same request with other rules. */
  GenerationRequest obeying(AnswerRules others) {
    return new GenerationRequest(
        prompt,
        sampling,
        maxTokens,
        stop,
        ignoreEnd,
        topLogProbabilities,
        deadline,
        priority,
        cacheSalt,
        promptProgress,
        keepBlocks,
        past,
        Optional.of(others));
  }

  /** The same request for a sequence that is already there. */
  GenerationRequest goingOnFrom(AgentBlocks blocks) {
    return new GenerationRequest(
        prompt,
        sampling,
        maxTokens,
        stop,
        ignoreEnd,
        topLogProbabilities,
        deadline,
        priority,
        cacheSalt,
        promptProgress,
        keepBlocks,
        Optional.of(blocks),
        rules);
  }

  /** A request for plain text, fed as it is; special tokens written in it are not recognised. */
  public static Builder text(String text) {
    return builder(new Prompt.Text(text, false));
  }

  /** A request for the next assistant message of a conversation. */
  public static Builder chat(Conversation conversation) {
    return builder(new Prompt.Chat(conversation));
  }

  /** A request for an answer to one user message. */
  public static Builder chat(String userMessage) {
    return chat(Conversation.of(Message.user(userMessage)));
  }

  public static Builder ids(int... ids) {
    return builder(new Prompt.Ids(ids));
  }

  public static Builder builder(Prompt prompt) {
    return new Builder(prompt);
  }

  /** Collects a request; what is not said keeps its default. */
  public static final class Builder {
    private final Prompt prompt;
    private Optional<SamplingParameters> sampling = Optional.empty();
    private OptionalInt maxTokens = OptionalInt.empty();
    private List<String> stop = List.of();
    private boolean ignoreEnd;
    private OptionalInt topLogProbabilities = OptionalInt.empty();
    private Optional<Duration> deadline = Optional.empty();
    private int priority;
    private String cacheSalt = "";
    private boolean promptProgress;
    private boolean keepBlocks;
    private Optional<AgentBlocks> past = Optional.empty();
    private Optional<AnswerRules> rules = Optional.empty();

    private Builder(Prompt prompt) {
      this.prompt = prompt;
    }

    public Builder sampling(SamplingParameters value) {
      sampling = Optional.of(value);
      return this;
    }

    public Builder maxTokens(int value) {
      maxTokens = OptionalInt.of(value);
      return this;
    }

    public Builder stop(List<String> value) {
      stop = value;
      return this;
    }

    public Builder ignoreEnd(boolean value) {
      ignoreEnd = value;
      return this;
    }

    public Builder topLogProbabilities(int value) {
      topLogProbabilities = OptionalInt.of(value);
      return this;
    }

    public Builder deadline(Duration value) {
      deadline = Optional.of(value);
      return this;
    }

    public Builder priority(int value) {
      priority = value;
      return this;
    }

    public Builder cacheSalt(String value) {
      cacheSalt = Objects.requireNonNull(value, "cacheSalt");
      return this;
    }

    public Builder promptProgress(boolean value) {
      promptProgress = value;
      return this;
    }

    public Builder keepBlocks(boolean value) {
      keepBlocks = value;
      return this;
    }

    public Builder past(AgentBlocks value) {
      past = Optional.of(value);
      return this;
    }

    public Builder rules(AnswerRules value) {
      rules = Optional.of(value);
      return this;
    }

    public GenerationRequest build() {
      return new GenerationRequest(
          prompt,
          sampling,
          maxTokens,
          stop,
          ignoreEnd,
          topLogProbabilities,
          deadline,
          priority,
          cacheSalt,
          promptProgress,
          keepBlocks,
          past,
          rules);
    }
  }
}
