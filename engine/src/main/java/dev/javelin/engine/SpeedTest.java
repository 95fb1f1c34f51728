package dev.javelin.engine;

import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.tensor.parallel.TimeMeter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * Measures an open model as llama-bench does: how fast prompts are processed and tokens are
 * written, at a depth of tokens that are already there. Prompts are random and never found in the
 * cache, but for the depth, which is put there first and stays for later repetitions.
 */
public final class SpeedTest {
  private static final int SETTLE_MILLIS = 60;
  private static final String PAST = "speed-past";

  private final LanguageModel model;
  private final Random random = new Random(42);

  public SpeedTest(LanguageModel model) {
    this.model = model;
  }

  /** Where the time goes while {@code work} uses this test. */
  public TimeShares shares(Runnable work) {
    EngineCounters before = settledCounters();
    TimeMeter meter = model.measure();
    long start = System.nanoTime();
    try {
      work.run();
    } finally {
      model.stopMeasuring();
    }
    long elapsed = System.nanoTime() - start;
    return TimeShares.of(meter, before, settledCounters(), elapsed);
  }

  /** Bytes a second that the model's workers can read from its file; nothing without vectors. */
  public OptionalDouble readLimit() throws IOException {
    return model.readLimit();
  }

  /** Counters are a moment old while the engine works; it has just stopped. */
  private EngineCounters settledCounters() {
    try {
      Thread.sleep(SETTLE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return model.counters();
  }

  /** Prompt tokens a second for a prompt of {@code tokens} behind {@code depth} others. */
  public double prefill(int tokens, int depth) {
    String salt = salt(depth);
    int[] past = past(depth, 0);
    if (depth > 0) {
      model.generate(request(past, salt, 1));
    }
    int[] ids = Arrays.copyOf(past, depth + tokens);
    System.arraycopy(ids(tokens), 0, ids, depth, tokens);
    GenerationResult result = model.generate(request(ids, salt, 1));
    int computed = result.usage().promptTokens() - result.usage().cachedTokens();
    return computed * 1e9 / result.timings().prefillNanos();
  }

  /**
   * Tokens a second, of all sequences together, when {@code sequences} write {@code tokens} each
   * behind {@code depth}. What is there already is in the cache before they begin, so that all of
   * them decode at once.
   *
   * @param shared whether what is there already is the same for all of them
   */
  public double decode(int tokens, int depth, int sequences, boolean shared) {
    String salt = salt(depth);
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      int[] past = past(depth, shared ? 0 : i);
      if (depth > 0 && (i == 0 || !shared)) {
        model.generate(request(past, salt, 1));
      }
      int[] ids = Arrays.copyOf(past, depth + 1);
      ids[depth] = random.nextInt(model.tokenizer().vocabularySize());
      prompts.add(ids);
    }
    List<Generation> running =
        prompts.stream().map(ids -> model.submit(request(ids, salt, tokens + 1))).toList();
    long slowest = 0;
    long written = 0;
    for (Generation generation : running) {
      GenerationResult result = generation.await();
      slowest = Math.max(slowest, result.timings().decodeNanos());
      written += result.usage().completionTokens() - 1;
    }
    return written * 1e9 / slowest;
  }

  private GenerationRequest request(int[] ids, String salt, int tokens) {
    return GenerationRequest.ids(ids)
        .sampling(SamplingParameters.GREEDY)
        .maxTokens(tokens)
        .ignoreEnd(true)
        .cacheSalt(salt)
        .build();
  }

  /**
   * What is there already, for one of several sequences: the same each time, so that later
   * repetitions find it in the cache.
   */
  private int[] past(int depth, int sequence) {
    int vocabulary = model.tokenizer().vocabularySize();
    return new Random(sequence).ints(depth, 0, vocabulary).toArray();
  }

  private String salt(int depth) {
    return depth > 0 ? PAST : "speed" + random.nextLong();
  }

  private int[] ids(int count) {
    return random.ints(count, 0, model.tokenizer().vocabularySize()).toArray();
  }
}
