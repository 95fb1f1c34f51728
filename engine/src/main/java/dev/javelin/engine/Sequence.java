package dev.javelin.engine;

import dev.javelin.engine.prompt.AnswerGuide;
import dev.javelin.engine.sampling.LogProbabilities;
import dev.javelin.engine.sampling.Sampler;
import dev.javelin.kvcache.KvSequence;
import dev.javelin.kvcache.SavedBlocks;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One running generation: its tokens, where its keys and values are, its sampler and its answer.
 * Owned by the engine loop.
 *
 * <pre>
 *   ids:   prompt ........ | written so far ...
 *   0 .. computed: keys and values are in the cache;  computed .. idCount: still to be fed
 * </pre>
 */
final class Sequence {
  /** Most tokens that are taken in without being sampled, one after the other. */
  private static final int MAX_FORCED = 15;

  /** Most guesses of one step. */
  static final int MAX_GUESSED = 7;

  /** Where a sequence is in its life. */
  enum State {
    WAITING,
    RUNNING,
    FINISHED
  }

  final GenerationRequest request;
  final Generation handle;
  final Sampler sampler;
  final Answer answer;
  final Optional<AnswerGuide> guide;
  final Set<Integer> stopTokens;
  final int promptTokens;
  final int maxTokens;
  final long submittedNanos;
  final long deadlineNanos;
  final long order;
  final long cacheSalt;

  private final boolean feedsForced;
  private int guessed;
  private int guessBalance = 4; // right guesses less wrong ones: who is often wrong stops guessing

  State state = State.WAITING;
  KvSequence kv;
  SavedBlocks promptState;
  int[] ids;
  int idCount;
  int computed;
  int cachedTokens;
  long startedNanos;
  long firstTokenNanos;
  long lastTokenNanos;

  /**
   * @param maxTokens most tokens to write, the context's end included
   * @param order of submission
   * @param feedsForced whether tokens that the guide forces are fed without being sampled one by
   *     one
   */
  Sequence(
      GenerationRequest request,
      Generation handle,
      int[] promptIds,
      int maxTokens,
      Sampler sampler,
      Answer answer,
      Optional<AnswerGuide> guide,
      Set<Integer> stopTokens,
      long order,
      boolean feedsForced) {
    this.request = request;
    this.handle = handle;
    this.sampler = sampler;
    this.answer = answer;
    this.guide = guide;
    this.stopTokens = stopTokens;
    this.promptTokens = promptIds.length;
    this.maxTokens = maxTokens;
    this.order = order;
    this.feedsForced = feedsForced;
    this.cacheSalt = salt(request.cacheSalt());
    this.ids = Arrays.copyOf(promptIds, promptIds.length + Math.min(maxTokens, 256));
    this.idCount = promptIds.length;
    this.submittedNanos = System.nanoTime();
    this.deadlineNanos =
        request.deadline().map(d -> submittedNanos + d.toNanos()).orElse(Long.MAX_VALUE);
  }

  /**
   * The first 8 bytes of the SHA-256 of the text: nobody finds another text that shares its blocks.
   */
  private static long salt(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Takes in what was written before, without telling the caller again. */
  void replay(int[] written) {
    handle.mute(true);
    for (int token : written) {
      grow(idCount + 1);
      ids[idCount++] = token;
      sampler.accept(token);
      answer.accept(token);
      guide.ifPresent(g -> g.accept(token));
    }
    handle.mute(false);
  }

  /** Tokens that have to be fed before the next one can be sampled. */
  int pending() {
    return idCount - computed;
  }

  /** Tokens written so far. */
  int written() {
    return idCount - promptTokens;
  }

  /** Whether the next step feeds what was written last: a sampled token, and those it forced. */
  boolean isDecoding() {
    return written() > 0 && pending() <= 1 + MAX_FORCED;
  }

  /**
   * Guesses what will be written next and puts it behind the ids, where the next step feeds it
   * together with what is pending; {@link #sample} tells which guesses were right.
   *
   * @param most guesses
   */
  void guess(int most) {
    guessed = 0;
    if (most <= 0 || !feedsForced || guide.isEmpty() || guessBalance < 0) {
      return;
    }
    int[] likely = guide.get().likely(maxTokens - written(), Math.min(most, MAX_GUESSED));
    if (likely.length > 0) {
      grow(idCount + likely.length);
      System.arraycopy(likely, 0, ids, idCount, likely.length);
      guessed = likely.length;
    }
  }

  /** Tokens behind the ids that are fed with the next step but may turn out wrong. */
  int guessed() {
    return guessed;
  }

  boolean isPastDeadline(long nowNanos) {
    return deadlineNanos != Long.MAX_VALUE && nowNanos - deadlineNanos > 0;
  }

  /**
   * Writes as much as the rows of logits tell: the first one belongs to the last token, the others
   * to the guesses behind it. Afterwards {@link #guessed} is how many of them were right.
   *
   * @return why the sequence is over, if it is
   */
  Optional<FinishReason> write(
      float[] logits, int offset, int vocabularySize, LogProbabilities logProbabilities) {
    int first = idCount;
    int[] guesses = Arrays.copyOfRange(ids, first, first + guessed);
    int right = 0;
    while (true) {
      Optional<FinishReason> reason =
          sample(logits, offset + right * vocabularySize, vocabularySize, logProbabilities);
      int before = right;
      while (right < guesses.length
          && first + right < idCount
          && ids[first + right] == guesses[right]) {
        right++;
      }
      // Go on where what was written is just what was fed: the next row belongs to its last token.
      if (reason.isPresent() || right == before || first + right < idCount) {
        guessBalance += guesses.length == 0 ? 0 : 2 * right < guesses.length ? -2 : 1;
        guessed = right;
        return reason;
      }
    }
  }

  /** Samples the next token from a row of logits and takes it in, with what it forces. */
  private Optional<FinishReason> sample(
      float[] logits, int offset, int vocabularySize, LogProbabilities logProbabilities) {
    if (request.ignoreEnd()) {
      stopTokens.forEach(id -> logits[offset + id] = Float.NEGATIVE_INFINITY);
    }
    if (request.topLogProbabilities().isPresent()) {
      logProbabilities.prepare(
          logits, offset, vocabularySize, request.topLogProbabilities().getAsInt());
    }
    guide.ifPresent(g -> g.restrict(logits, offset, maxTokens - written()));
    int token = sampler.sample(logits, offset);
    if (request.topLogProbabilities().isPresent()) {
      handle.put(new GenerationEvent.TokenChosen(logProbabilities.of(token)));
    }
    Optional<FinishReason> reason = take(token);
    return reason.isPresent() || !feedsForced || request.topLogProbabilities().isPresent()
        ? reason
        : takeForced();
  }

  /** Takes in the tokens that come next because no other may; nobody has to compute them. */
  private Optional<FinishReason> takeForced() {
    for (int i = 0; i < MAX_FORCED && guide.isPresent(); i++) {
      OptionalInt certain = guide.get().certain(maxTokens - written());
      if (certain.isEmpty()) {
        break;
      }
      sampler.skip();
      Optional<FinishReason> reason = take(certain.getAsInt());
      if (reason.isPresent()) {
        return reason;
      }
    }
    return Optional.empty();
  }

  private Optional<FinishReason> take(int token) {
    lastTokenNanos = System.nanoTime();
    if (written() == 0) {
      firstTokenNanos = lastTokenNanos;
    }
    grow(idCount + 1);
    ids[idCount++] = token;
    sampler.accept(token);
    answer.accept(token);
    guide.ifPresent(g -> g.accept(token));
    if (stopTokens.contains(token)) {
      return Optional.of(
          answer.toolCalls().isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS);
    }
    if (answer.stop().isPresent()) {
      return Optional.of(FinishReason.STOP);
    }
    return written() >= maxTokens ? Optional.of(FinishReason.LENGTH) : Optional.empty();
  }

  private void grow(int count) {
    if (count > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(count, Math.min(ids.length * 2, promptTokens + maxTokens)));
    }
  }

  /** Ends the answer and tells the caller. */
  void finish(FinishReason reason, Optional<AgentBlocks> kept) {
    state = State.FINISHED;
    answer.end();
    int[] written = Arrays.copyOfRange(ids, promptTokens, idCount);
    long end = System.nanoTime();
    long started = startedNanos == 0 ? end : startedNanos;
    long first = firstTokenNanos == 0 ? end : firstTokenNanos;
    handle.put(
        new GenerationEvent.Finished(
            new GenerationResult(
                answer.text(),
                answer.reasoning(),
                answer.toolCalls(),
                reason,
                answer.stop(),
                written,
                answer.malformedCount(),
                guide.map(AnswerGuide::isComplete).orElse(true),
                new Usage(promptTokens, cachedTokens, written.length, answer.reasoningTokens()),
                new Timings(
                    started - submittedNanos,
                    first - started,
                    lastTokenNanos == 0 ? 0 : lastTokenNanos - first),
                kept)));
  }

  void fail(EngineException error) {
    state = State.FINISHED;
    handle.put(new GenerationEvent.Failed(error));
  }
}
