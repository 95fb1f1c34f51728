package dev.javelin.engine;

import dev.javelin.engine.model.Batch;
import dev.javelin.kvcache.KvCache;
import dev.javelin.kvcache.KvSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides what each step computes. First every decoding sequence gets its one row, then prompts
 * fill the rest in chunks.
 *
 * <p>While answers run, a chunk is cut so that it makes the step at most {@link
 * #PREFILL_BUDGET_SECONDS} longer. When the pool has no block left, the sequence that is last in
 * order loses its blocks and waits; it is computed again later.
 */
final class Scheduler {
  private static final double PREFILL_BUDGET_SECONDS = 0.2;
  private static final int SMALLEST_CHUNK = 16;
  private static final Comparator<Sequence> ORDER =
      Comparator.<Sequence>comparingInt(s -> -s.request.priority()).thenComparingLong(s -> s.order);

  private final KvCache cache;
  private final int maxSequences;
  private final int chunkTokens;
  private final List<Sequence> waiting = new ArrayList<>();
  private final List<Sequence> running = new ArrayList<>();
  private final List<Sequence> planned = new ArrayList<>();
  private Sequence refused; // it found no blocks when so many had been given back
  private long refusedAt;
  private Sequence planning; // whose slots are being found, null otherwise
  private double prefillTokensPerSecond;
  private long preemptions;

  Scheduler(KvCache cache, int maxSequences, int chunkTokens) {
    this.cache = cache;
    this.maxSequences = maxSequences;
    this.chunkTokens = chunkTokens;
  }

  void add(Sequence sequence) {
    waiting.add(sequence);
    waiting.sort(ORDER);
  }

  boolean isIdle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  int waitingCount() {
    return waiting.size();
  }

  int runningCount() {
    return running.size();
  }

  long preemptions() {
    return preemptions;
  }

  /** All sequences that are not finished. */
  List<Sequence> all() {
    List<Sequence> all = new ArrayList<>(running);
    all.addAll(waiting);
    return all;
  }

  /** Takes a sequence out and gives its blocks back. */
  void remove(Sequence sequence) {
    running.remove(sequence);
    waiting.remove(sequence);
    release(sequence);
  }

  /** Fills the batch; returns the sequence of each span. */
  List<Sequence> plan(Batch batch) {
    batch.clear();
    planned.clear();
    planDecoding(batch);
    int budget = chunkBudget(!planned.isEmpty());
    for (int i = 0; i < running.size() && budget > 0; i++) {
      Sequence sequence = running.get(i);
      if (!planned.contains(sequence)) {
        budget -= planPrompt(sequence, batch, budget);
      }
    }
    while (budget > 0 && batch.room() > 0) {
      Optional<Sequence> admitted = admit();
      if (admitted.isEmpty()) {
        break;
      }
      budget -= planPrompt(admitted.get(), batch, budget);
    }
    planning = null;
    return planned;
  }

  /** The sequence that {@link #plan} was busy with when it failed; empty if it did not. */
  Optional<Sequence> planning() {
    return Optional.ofNullable(planning);
  }

  /** The sequences of the step in progress. */
  List<Sequence> planned() {
    return planned;
  }

  /** Learns how fast prompts are processed, from a step that held {@code promptRows} of them. */
  void observe(int promptRows, double seconds) {
    if (promptRows >= SMALLEST_CHUNK && seconds > 0) {
      double rate = promptRows / seconds;
      prefillTokensPerSecond =
          prefillTokensPerSecond == 0 ? rate : 0.7 * prefillTokensPerSecond + 0.3 * rate;
    }
  }

  private int chunkBudget(boolean answersRun) {
    if (!answersRun) {
      return chunkTokens;
    }
    int affordable = (int) (prefillTokensPerSecond * PREFILL_BUDGET_SECONDS);
    return Math.clamp(affordable, Math.min(SMALLEST_CHUNK, chunkTokens), chunkTokens);
  }

  private void planDecoding(Batch batch) {
    int rowsOfOthers = 0;
    int others = 0;
    for (Sequence sequence : running) {
      if (sequence.isDecoding()) {
        rowsOfOthers += sequence.pending();
        others++;
      }
    }
    int prompts = maxSequences - others; // each may end in this step and need its row of logits
    for (int i = 0; i < running.size(); i++) {
      Sequence sequence = running.get(i);
      if (sequence.isDecoding()) {
        rowsOfOthers -= sequence.pending();
        others--;
        planDecoding(sequence, batch, rowsOfOthers, others + prompts);
      }
    }
  }

  /**
   * Plans what was written last, and guesses behind it as far as that leaves enough rows to the
   * others.
   *
   * @param others sequences behind this one that may need a row of logits
   */
  private void planDecoding(Sequence sequence, Batch batch, int rowsOfOthers, int others) {
    planning = sequence;
    int pending = sequence.pending();
    if (batch.room() < pending || !reserve(sequence, pending)) {
      return;
    }
    int room = batch.room() - pending - rowsOfOthers;
    sequence.guess(Math.min(room, batch.logitRoom() - 1 - others));
    if (!sequence.kv.reserve(pending + sequence.guessed())) {
      sequence.guess(0);
    }
    int guessed = sequence.guessed();
    batch.add(
        sequence.kv,
        sequence.ids,
        sequence.computed,
        pending + guessed,
        sequence.computed,
        1 + guessed);
    planned.add(sequence);
  }

  /**
   * Plans the next piece of a prompt (or of what a preempted sequence must compute again); returns
   * its length.
   */
  private int planPrompt(Sequence sequence, Batch batch, int budget) {
    planning = sequence;
    int count = Math.min(Math.min(sequence.pending(), budget), batch.room());
    while (count > 0 && !reserve(sequence, count)) {
      count /= 2;
    }
    if (count <= 0) {
      return 0;
    }
    boolean last = count == sequence.pending();
    sequence.guess(0);
    batch.add(sequence.kv, sequence.ids, sequence.computed, count, sequence.computed, last ? 1 : 0);
    planned.add(sequence);
    return count;
  }

  /**
   * Moves the first waiting sequence to the running ones, if the blocks of its first piece can be
   * had now. It is not tried again before somebody has given blocks back. Where nothing runs nobody
   * will, so it begins with as many as there are.
   */
  private Optional<Sequence> admit() {
    if (waiting.isEmpty() || running.size() >= maxSequences) {
      return Optional.empty();
    }
    Sequence sequence = waiting.getFirst();
    if (sequence == refused && cache.blocksGivenBack() == refusedAt && !running.isEmpty()) {
      return Optional.empty();
    }
    planning = sequence;
    KvSequence kv = open(sequence);
    int wanted = running.isEmpty() ? 1 : Math.min(sequence.idCount - kv.length(), chunkTokens);
    if (!kv.reserve(wanted)) {
      kv.close();
      refused = sequence;
      refusedAt = cache.blocksGivenBack();
      return Optional.empty();
    }
    waiting.removeFirst();
    sequence.kv = kv;
    sequence.computed = kv.length();
    sequence.state = Sequence.State.RUNNING;
    if (sequence.startedNanos == 0) {
      sequence.startedNanos = System.nanoTime();
      sequence.cachedTokens = kv.length();
    }
    running.add(sequence);
    running.sort(ORDER);
    return Optional.of(sequence);
  }

  /**
   * On from a saved past if there is one that fits, else from what the cache knows of the prompt.
   */
  private KvSequence open(Sequence sequence) {
    int[] ids = Arrays.copyOf(sequence.ids, sequence.idCount);
    return sequence
        .request
        .past()
        .flatMap(past -> past.open(ids))
        .orElseGet(() -> cache.open(ids, sequence.cacheSalt));
  }

  /**
   * Gets slots for more tokens, if need be by taking the blocks of those who come later and are not
   * in this batch, and at last those that only keep the state at the end of its own prompt.
   */
  private boolean reserve(Sequence sequence, int count) {
    while (!sequence.kv.reserve(count)) {
      Sequence victim = lastBehind(sequence);
      if (victim != null) {
        preempt(victim);
      } else if (sequence.promptState != null) {
        dropPromptState(sequence);
      } else {
        return false;
      }
    }
    return true;
  }

  private Sequence lastBehind(Sequence sequence) {
    Sequence last = null;
    for (Sequence candidate : running) {
      boolean later = ORDER.compare(candidate, sequence) > 0;
      if (later
          && !planned.contains(candidate)
          && (last == null || ORDER.compare(candidate, last) > 0)) {
        last = candidate;
      }
    }
    return last;
  }

  private void preempt(Sequence sequence) {
    running.remove(sequence);
    release(sequence);
    sequence.computed = 0;
    sequence.state = Sequence.State.WAITING;
    add(sequence);
    preemptions++;
  }

  private static void release(Sequence sequence) {
    if (sequence.kv != null) {
      sequence.kv.close();
      sequence.kv = null;
    }
    dropPromptState(sequence);
  }

  private static void dropPromptState(Sequence sequence) {
    if (sequence.promptState != null) {
      sequence.promptState.close();
      sequence.promptState = null;
    }
  }
}
