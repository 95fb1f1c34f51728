package dev.javelin.engine;

import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.prompt.AnswerGuide;
import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.prompt.PlainGuide;
import dev.javelin.engine.prompt.PlainParser;
import dev.javelin.engine.prompt.PromptFormat;
import dev.javelin.engine.sampling.Sampler;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.Metadata;
import dev.javelin.kvcache.KvCache;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Turns a caller's request into a sequence, on the caller's thread, and refuses what can never be
 * carried out.
 */
final class RequestReader {
  private static final String SAMPLING = "general.sampling.";

  private final Tokenizer tokenizer;
  private final Optional<PromptFormat> format;
  private final int contextLength;
  private final int chunkTokens;
  private final KvCache cache;
  private final SamplingParameters defaultSampling;
  private volatile boolean feedsForced = true;
  private final AtomicLong submissions = new AtomicLong();

  RequestReader(
      Metadata metadata,
      Tokenizer tokenizer,
      Optional<PromptFormat> format,
      int contextLength,
      int chunkTokens,
      KvCache cache) {
    this.tokenizer = tokenizer;
    this.format = format;
    this.contextLength = contextLength;
    this.chunkTokens = chunkTokens;
    this.cache = cache;
    this.defaultSampling = recommended(metadata);
  }

  /** False: every token is sampled, to compare with. */
  void feedForced(boolean value) {
    feedsForced = value;
  }

  SamplingParameters defaultSampling() {
    return defaultSampling;
  }

  Sequence read(GenerationRequest request, Generation handle) {
    int[] ids = ids(request);
    checkIds(ids);
    return sequence(request, handle, ids, sampler(sampling(request)));
  }

  /** The sequence of a stopped generation, as it was. */
  Sequence resume(SavedGeneration saved, Generation handle) {
    int[] ids = saved.ids();
    checkIds(ids);
    int[] prompt = Arrays.copyOf(ids, saved.promptTokens());
    GenerationRequest request = saved.request().goingOnFrom(saved.blocks());
    Sampler sampler =
        Sampler.restore(sampling(request), tokenizer.vocabularySize(), saved.sampler());
    Sequence sequence = sequence(request, handle, prompt, sampler);
    sequence.replay(Arrays.copyOfRange(ids, prompt.length, ids.length));
    return sequence;
  }

  private SamplingParameters sampling(GenerationRequest request) {
    return request.sampling().orElse(defaultSampling);
  }

  private Sequence sequence(
      GenerationRequest request, Generation handle, int[] ids, Sampler sampler) {
    if (!cache.canEverHold(ids.length + 1, chunkTokens)) {
      throw new PoolExhausted(
          "the prompt of "
              + ids.length
              + " tokens needs more key/value blocks than the pool has: give it more memory");
    }
    int room = contextLength - ids.length;
    for (int id : ids) {
      sampler.acceptPrompt(id);
    }
    int capacity = KvCaches.capacityTokens(cache, contextLength, chunkTokens) - ids.length;
    int maxTokens = Math.min(Math.min(request.maxTokens().orElse(room), room), capacity);
    boolean chat = request.prompt() instanceof Prompt.Chat;
    AnswerParser parser =
        request.prompt() instanceof Prompt.Chat(Conversation conversation)
            ? chatFormat().parser(conversation.tools(), ids)
            : new PlainParser(tokenizer);
    String callId = "call_" + HexFormat.of().toHexDigits(Arrays.hashCode(ids)) + "_";
    return new Sequence(
        request,
        handle,
        ids,
        maxTokens,
        sampler,
        new Answer(parser, request.stop(), callId, handle::put),
        request.rules().map(rules -> guide(rules, chat, ids)),
        chat ? chatFormat().stopTokens() : tokenizer.endTokens(),
        submissions.getAndIncrement(),
        feedsForced);
  }

  private AnswerGuide guide(AnswerRules rules, boolean chat, int[] ids) {
    Optional<AnswerGuide> ofFormat = chat ? chatFormat().guide(rules, ids) : Optional.empty();
    if (ofFormat.isPresent()) {
      return ofFormat.get();
    }
    if (!rules.calls().isEmpty() || !rules.text()) {
      throw new NotSupported("this model's chat format has no calls that can be enforced");
    }
    Constraint constraint =
        rules
            .constraint()
            .orElseThrow(() -> new InvalidRequest("rules without a constraint say nothing"));
    Set<Integer> stops = chat ? chatFormat().stopTokens() : tokenizer.endTokens();
    return new PlainGuide(constraint, stops, tokenizer);
  }

  /** The whole prompt: a conversation is rendered, anything else comes after the saved past. */
  private int[] ids(GenerationRequest request) {
    int[] ids = ids(request.prompt());
    if (request.past().isEmpty() || request.prompt() instanceof Prompt.Chat) {
      return ids;
    }
    int[] past = request.past().get().ids();
    int[] all = Arrays.copyOf(past, past.length + ids.length);
    System.arraycopy(ids, 0, all, past.length, ids.length);
    return all;
  }

  private Sampler sampler(SamplingParameters parameters) {
    try {
      return new Sampler(parameters, tokenizer.vocabularySize());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(e.getMessage());
    }
  }

  int[] ids(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Text text -> tokenizer.encodePrompt(text.text(), text.parseSpecial());
      case Prompt.Ids ids -> ids.ids().clone();
      case Prompt.Chat chat -> chatFormat().render(chat.conversation());
    };
  }

  private PromptFormat chatFormat() {
    return format.orElseThrow(
        () ->
            new NotSupported(
                "this model has no chat format: it was not made for conversations; give it plain text to continue"));
  }

  void checkIds(int[] ids) {
    if (ids.length == 0) {
      throw new InvalidRequest("the prompt is empty: give at least one token");
    }
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= tokenizer.vocabularySize()) {
        throw new InvalidRequest(
            "token ids must be 0 to "
                + (tokenizer.vocabularySize() - 1)
                + ": ids["
                + i
                + "]="
                + ids[i]);
      }
    }
    if (ids.length >= contextLength) {
      throw new TokenLimitExceeded(ids.length, contextLength);
    }
  }

  private static SamplingParameters recommended(Metadata metadata) {
    SamplingParameters usual = SamplingParameters.defaults();
    SamplingParameters result = usual;
    if (metadata.has(SAMPLING + "temp")) {
      result = result.withTemperature(metadata.floatValue(SAMPLING + "temp"));
    }
    if (metadata.has(SAMPLING + "top_k")) {
      result = result.withTopK(metadata.intValue(SAMPLING + "top_k"));
    }
    if (metadata.has(SAMPLING + "top_p")) {
      result = result.withTopP(metadata.floatValue(SAMPLING + "top_p"));
    }
    if (metadata.has(SAMPLING + "min_p")) {
      result = result.withMinP(metadata.floatValue(SAMPLING + "min_p"));
    }
    if (metadata.has(SAMPLING + "penalty_repeat")) {
      result = result.withRepetitionPenalty(metadata.floatValue(SAMPLING + "penalty_repeat"));
    }
    if (metadata.has(SAMPLING + "penalty_last_n")) {
      int window = metadata.intValue(SAMPLING + "penalty_last_n");
      result =
          result.withPenaltyWindow(
              window < 0 ? SamplingParameters.WHOLE_TEXT : window); // -1 means all in files
    }
    return result;
  }
}
