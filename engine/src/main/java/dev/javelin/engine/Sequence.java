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
      long order) {
    this.request = request;
    this.handle = handle;
    this.sampler = sampler;
    this.answer = answer;
    this.guide = guide;
    this.stopTokens = stopTokens;
    this.promptTokens = promptIds.length;
    this.maxTokens = maxTokens;
    this.order = order;
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
      if (idCount == ids.length) {
        ids = Arrays.copyOf(ids, Math.max(promptTokens + written.length, ids.length * 2));
      }
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

  /** Whether the next step feeds the one token that was sampled last. */
  boolean isDecoding() {
    return written() > 0 && pending() == 1;
  }

  boolean isPastDeadline(long nowNanos) {
    return deadlineNanos != Long.MAX_VALUE && nowNanos - deadlineNanos > 0;
  }

  /**
   * Samples the next token from a row of logits and takes it in. Returns why the sequence is over,
   * if it is.
   */
  Optional<FinishReason> sample(
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
    return take(token);
  }

  private Optional<FinishReason> take(int token) {
    lastTokenNanos = System.nanoTime();
    if (written() == 0) {
      firstTokenNanos = lastTokenNanos;
    }
    if (idCount == ids.length) {
      ids = Arrays.copyOf(ids, Math.min(ids.length * 2, promptTokens + maxTokens));
    }
    ids[idCount++] = token;
    sampler.accept(token);
    answer.accept(token);
    guide.ifPresent(g -> g.accept(token));
    if (stopTokens.contains(token)) {
      return Optional.of(
          answer.toolCalls().isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS);
    }
    if (answer.stopped()) {
      return Optional.of(FinishReason.STOP);
    }
    return written() >= maxTokens ? Optional.of(FinishReason.LENGTH) : Optional.empty();
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
