package dev.javelin.engine;

import dev.javelin.tensor.Precision;
import dev.javelin.tensor.ops.KvType;

/**
 * How a model is opened.
 *
 * @param threads that share the arithmetic; 0: one for each core
 * @param contextLength tokens that one sequence may hold; 0: the model's own, at most 4,096
 * @param maxSequences that are decoded at once
 * @param kvBudgetBytes memory for keys and values; 0: enough for {@code maxSequences} of a quarter
 *     of the context, and for at least one whole context
 * @param chunkTokens most rows of one step
 * @param yarnRounded whether YaRN's ramp ends are rounded as ggml does
 * @param chatTemplate source of a chat template to use in place of the file's; null: the file's own
 *     format
 */
public record EngineOptions(
    int threads,
    int contextLength,
    int maxSequences,
    long kvBudgetBytes,
    int chunkTokens,
    KvType kvType,
    Precision precision,
    boolean yarnRounded,
    String chatTemplate) {
  /** More than any machine can use. */
  public static final int MOST_THREADS = 1024;

  private static final int DEFAULT_SEQUENCES = 16;
  private static final int DEFAULT_CHUNK = 512;

  public EngineOptions {
    check(threads >= 0, "threads >= 0", threads);
    check(threads <= MOST_THREADS, "threads <= " + MOST_THREADS, threads);
    check(contextLength >= 0, "context length >= 0", contextLength);
    check(maxSequences > 0, "sequences > 0", maxSequences);
    check(kvBudgetBytes >= 0, "KV budget >= 0", kvBudgetBytes);
    check(chunkTokens > 0, "chunk tokens > 0", chunkTokens);
  }

  private static void check(boolean holds, String rule, long value) {
    if (!holds) {
      throw new InvalidRequest("option needs " + rule + ": " + value);
    }
  }

  public static EngineOptions defaults() {
    return new EngineOptions(
        0, 0, DEFAULT_SEQUENCES, 0, DEFAULT_CHUNK, KvType.F16, Precision.EXACT, false, null);
  }

  public EngineOptions withThreads(int value) {
    return new EngineOptions(
        value,
        contextLength,
        maxSequences,
        kvBudgetBytes,
        chunkTokens,
        kvType,
        precision,
        yarnRounded,
        chatTemplate);
  }

  public EngineOptions withContextLength(int value) {
    return new EngineOptions(
        threads,
        value,
        maxSequences,
        kvBudgetBytes,
        chunkTokens,
        kvType,
        precision,
        yarnRounded,
        chatTemplate);
  }

  public EngineOptions withMaxSequences(int value) {
    return new EngineOptions(
        threads,
        contextLength,
        value,
        kvBudgetBytes,
        chunkTokens,
        kvType,
        precision,
        yarnRounded,
        chatTemplate);
  }

  public EngineOptions withKvBudgetBytes(long value) {
    return new EngineOptions(
        threads,
        contextLength,
        maxSequences,
        value,
        chunkTokens,
        kvType,
        precision,
        yarnRounded,
        chatTemplate);
  }

  public EngineOptions withChunkTokens(int value) {
    return new EngineOptions(
        threads,
        contextLength,
        maxSequences,
        kvBudgetBytes,
        value,
        kvType,
        precision,
        yarnRounded,
        chatTemplate);
  }

  public EngineOptions withKvType(KvType value) {
    return new EngineOptions(
        threads,
        contextLength,
        maxSequences,
        kvBudgetBytes,
        chunkTokens,
        value,
        precision,
        yarnRounded,
        chatTemplate);
  }

  public EngineOptions withPrecision(Precision value) {
    return new EngineOptions(
        threads,
        contextLength,
        maxSequences,
        kvBudgetBytes,
        chunkTokens,
        kvType,
        value,
        yarnRounded,
        chatTemplate);
  }

  public EngineOptions withYarnRounded(boolean value) {
    return new EngineOptions(
        threads,
        contextLength,
        maxSequences,
        kvBudgetBytes,
        chunkTokens,
        kvType,
        precision,
        value,
        chatTemplate);
  }

  public EngineOptions withChatTemplate(String value) {
    return new EngineOptions(
        threads,
        contextLength,
        maxSequences,
        kvBudgetBytes,
        chunkTokens,
        kvType,
        precision,
        yarnRounded,
        value);
  }
}
