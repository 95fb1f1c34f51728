package dev.javelin.engine;

import dev.javelin.engine.model.Batch;
import dev.javelin.engine.model.Model;
import dev.javelin.engine.sampling.LogProbabilities;
import dev.javelin.kvcache.KvCache;
import dev.javelin.kvcache.SavedBlocks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

/**
 * The loop that runs all generations of one model together, step by step. Its thread is the only
 * one that touches sequences, scheduler, cache and model; others put work into an inbox.
 */
final class BatchEngine implements AutoCloseable {
  /** Something that needs the model to itself for a moment, and where its result goes. */
  private record Call<T>(BiFunction<Model, KvCache, T> work, CompletableFuture<T> done) {
    void run(Model model, KvCache cache) {
      try {
        done.complete(work.apply(model, cache));
      } catch (Throwable e) {
        done.completeExceptionally(e);
      }
    }

    void refuse() {
      done.completeExceptionally(new ModelNotReady("the model is closed"));
    }
  }

  private static final long COUNT_INTERVAL_NANOS = 20_000_000;

  private final ModelInfo info;
  private final Model model;
  private final KvCache cache;
  private final Scheduler scheduler;
  private final Batch batch;
  private final float[] logits; // [maxSequences, vocabulary]
  private final int vocabularySize;
  private final LogProbabilities logProbabilities;
  private final Queue<Sequence> submitted = new ConcurrentLinkedQueue<>();
  private final Queue<Call<?>> calls = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile EngineCounters counters = EngineCounters.NONE;
  private long steps;
  private long stepNanos;
  private long forwardNanos;
  private long countedNanos;

  BatchEngine(
      ModelInfo info,
      Model model,
      KvCache cache,
      int maxSequences,
      int chunkTokens,
      LogProbabilities logProbabilities) {
    this.info = info;
    this.model = model;
    this.cache = cache;
    this.vocabularySize = model.sizes().vocabularySize();
    int logitRows = maxSequences + Sequence.MAX_GUESSED;
    this.scheduler = new Scheduler(cache, maxSequences, chunkTokens);
    this.batch = new Batch(Math.max(chunkTokens, logitRows), logitRows);
    this.logits = new float[Math.multiplyExact(logitRows, vocabularySize)];
    this.logProbabilities = logProbabilities;
    this.thread =
        Thread.ofPlatform().name("javelin-engine-" + info.name()).daemon().unstarted(this::loop);
    batch.abandonWhen(this::isStepUnwanted);
  }

  void start() {
    thread.start();
  }

  void submit(Sequence sequence) {
    sequence.request.past().ifPresent(past -> past.requireOf(this));
    submitted.add(sequence);
    wake();
    if (closed) {
      refuseSubmitted();
    }
  }

  /** Runs something between two steps, on the engine's thread. */
  void execute(Runnable work) {
    begin(
        (m, kv) -> {
          work.run();
          return Optional.empty();
        });
  }

  /** Runs something between two steps and waits for its result. */
  <T> T call(BiFunction<Model, KvCache, T> work) {
    try {
      return begin(work).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof EngineException cause) {
        throw cause;
      }
      throw new GenerationFailed("the engine failed: " + e.getCause(), e.getCause());
    }
  }

  private <T> CompletableFuture<T> begin(BiFunction<Model, KvCache, T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    calls.add(new Call<>(work, done));
    wake();
    if (closed) {
      refuseCalls();
    }
    return done;
  }

  /** Takes a running generation out and keeps its state; empty if it does not run. */
  Optional<SavedGeneration> suspend(Generation handle) {
    return call(
        (m, kv) -> {
          for (Sequence sequence : scheduler.all()) {
            if (sequence.handle == handle && sequence.kv != null && sequence.computed > 0) {
              SavedGeneration saved =
                  new SavedGeneration(
                      sequence.request,
                      sequence.promptTokens,
                      sequence.sampler.save(),
                      keep(sequence));
              scheduler.remove(sequence);
              sequence.finish(FinishReason.CANCELLED, Optional.empty());
              return Optional.of(saved);
            }
          }
          return Optional.empty();
        });
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  EngineCounters counters() {
    return counters;
  }

  /** Ends the loop and all generations; waits for the step in progress. */
  @Override
  public void close() {
    closed = true;
    wake();
    boolean interrupted = false;
    while (thread.isAlive()) { // the step in progress uses what the caller frees next
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    try {
      while (!closed) {
        if (!step()) {
          LockSupport.park(this);
        }
      }
    } finally {
      closed = true;
      for (Sequence sequence : scheduler.all()) {
        sequence.fail(new ModelNotReady("the model was closed while an answer was being written"));
      }
      refuseSubmitted();
      refuseCalls();
    }
  }

  private void refuseSubmitted() {
    for (Sequence sequence = submitted.poll(); sequence != null; sequence = submitted.poll()) {
      sequence.fail(new ModelNotReady("the model is closed"));
    }
  }

  private void refuseCalls() {
    for (Call<?> call = calls.poll(); call != null; call = calls.poll()) {
      call.refuse();
    }
  }

  /**
   * Does one step: takes in what is new, computes one batch, hands out its tokens. Returns false if
   * there was nothing to do.
   */
  boolean step() {
    for (Call<?> call = calls.poll(); call != null; call = calls.poll()) {
      call.run(model, cache);
    }
    long start = System.nanoTime();
    for (Sequence sequence = submitted.poll(); sequence != null; sequence = submitted.poll()) {
      scheduler.add(sequence);
    }
    endUnwanted();
    if (scheduler.isIdle()) {
      count();
      return false;
    }
    try {
      List<Sequence> planned = scheduler.plan(batch);
      if (planned.isEmpty()) {
        refuseFirst();
      } else {
        long computed = compute(planned);
        steps++;
        forwardNanos += computed;
        stepNanos += System.nanoTime() - start;
      }
    } catch (Throwable e) {
      failStep(e);
    }
    if (System.nanoTime() - countedNanos > COUNT_INTERVAL_NANOS) {
      count();
    }
    return true;
  }

  /** Ends the sequence that could not be planned, or else all that the step computed. */
  private void failStep(Throwable e) {
    List<Sequence> failed =
        scheduler.planning().map(List::of).orElseGet(() -> List.copyOf(scheduler.planned()));
    failed.forEach(sequence -> end(sequence, new GenerationFailed("the step failed: " + e, e)));
  }

  /**
   * Nothing can be computed, because not even the first in order finds blocks: saved conversations
   * hold them. Waiting would be for ever.
   */
  private void refuseFirst() {
    end(
        scheduler.all().getFirst(),
        new PoolExhausted(
            "the key/value blocks are held by saved conversations: close some, or give the pool more memory"));
  }

  /** Computes the batch and takes its results in; returns the time of the forward pass. */
  private long compute(List<Sequence> planned) {
    long start = System.nanoTime();
    model.forward(batch, logits);
    long computed = System.nanoTime() - start;
    if (batch.isAbandoned()) {
      planned.forEach(sequence -> sequence.kv.truncate(sequence.computed));
      return computed;
    }
    scheduler.observe(batch.rowCount() - batch.logitRowCount(), computed / 1e9);
    int logitRow = 0;
    for (int span = 0; span < planned.size(); span++) {
      Sequence sequence = planned.get(span);
      int count = batch.spanLength(span);
      int pending = Math.min(count, sequence.pending()); // what is fed beyond that is guessed
      append(sequence, pending);
      if (sequence.request.promptProgress() && sequence.written() == 0) {
        sequence.handle.put(
            new GenerationEvent.Prefilled(sequence.computed, sequence.promptTokens));
      }
      if (sequence.pending() == 0) {
        if (sequence.request.keepBlocks() && sequence.written() == 0) {
          sequence.promptState = sequence.kv.save();
        }
        write(sequence, logitRow);
        logitRow += 1 + count - pending;
      }
    }
    return computed;
  }

  private static void append(Sequence sequence, int count) {
    sequence.kv.appendTokens(sequence.ids, sequence.computed, count);
    sequence.computed += count;
  }

  private void write(Sequence sequence, int logitRow) {
    try {
      Optional<FinishReason> reason =
          sequence.write(logits, logitRow * vocabularySize, vocabularySize, logProbabilities);
      append(sequence, sequence.guessed()); // the right ones: their keys and values are there
      reason.ifPresent(r -> end(sequence, r));
    } catch (Throwable e) {
      end(sequence, new GenerationFailed("sampling failed: " + e, e));
    }
  }

  /**
   * A step whose prompt pieces nobody waits for any more is worth ending early; the others' rows
   * are computed again.
   */
  private boolean isStepUnwanted() {
    for (Sequence sequence : scheduler.planned()) {
      if (sequence.handle.isCancelled() && sequence.pending() > 1) {
        return true;
      }
    }
    return false;
  }

  private void endUnwanted() {
    long now = System.nanoTime();
    for (Sequence sequence : scheduler.all()) {
      try {
        if (sequence.handle.isCancelled()) {
          end(sequence, FinishReason.CANCELLED);
        } else if (sequence.isPastDeadline(now)) {
          end(sequence, FinishReason.DEADLINE);
        }
      } catch (Throwable e) {
        end(sequence, new GenerationFailed("the answer's end failed: " + e, e));
      }
    }
  }

  /** Its blocks are free, and counted as such, before the caller learns of the end. */
  private void end(Sequence sequence, FinishReason reason) {
    Optional<AgentBlocks> kept =
        sequence.request.keepBlocks() && sequence.kv != null && sequence.computed > 0
            ? Optional.of(keep(sequence))
            : Optional.empty();
    scheduler.remove(sequence);
    count();
    try {
      sequence.finish(reason, kept);
    } catch (Throwable e) {
      kept.ifPresent(AgentBlocks::close);
      throw e;
    }
  }

  private AgentBlocks keep(Sequence sequence) {
    sequence.kv.truncate(sequence.computed);
    List<SavedBlocks> states = new ArrayList<>();
    states.add(sequence.kv.save());
    if (sequence.promptState != null) {
      states.add(sequence.promptState);
      sequence.promptState = null;
    }
    return new AgentBlocks(this, states, Arrays.copyOf(sequence.ids, sequence.idCount), info);
  }

  private void end(Sequence sequence, EngineException error) {
    scheduler.remove(sequence);
    count();
    sequence.fail(error);
  }

  private void count() {
    countedNanos = System.nanoTime();
    counters =
        new EngineCounters(
            steps,
            stepNanos,
            forwardNanos,
            scheduler.runningCount(),
            scheduler.waitingCount(),
            scheduler.preemptions(),
            cache.counters());
  }
}
