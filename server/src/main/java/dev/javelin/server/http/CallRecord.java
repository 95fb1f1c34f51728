package dev.javelin.server.http;

import java.util.function.IntConsumer;

/**
 * What logs, limits and metrics say about a call when it is over: never what was said. Written by
 * one thread at a time.
 */
public final class CallRecord {
  private volatile int status;
  private volatile String error = "";
  private volatile String outcome = "";
  private int promptTokens;
  private int cachedTokens;
  private int completionTokens;
  private boolean fromCache;
  private volatile IntConsumer usageListener = tokens -> {};

  CallRecord() {}

  public synchronized void addUsage(int prompt, int cached, int completion) {
    promptTokens += prompt;
    cachedTokens += cached;
    completionTokens += completion;
    usageListener.accept(prompt + completion);
  }

  /**
   * Has {@code listener} told of tokens as soon as they are known: before the client sees the end
   * of its answer.
   */
  public void whenUsed(IntConsumer listener) {
    usageListener = listener;
  }

  void status(int value) {
    status = value;
  }

  void error(String code) {
    error = code;
  }

  /** How the generation ended: a finish reason, or nothing. */
  public void outcome(String value) {
    outcome = value;
  }

  public void answeredFromCache() {
    fromCache = true;
  }

  /** 0: nothing was answered. */
  public int status() {
    return status;
  }

  public String error() {
    return error;
  }

  public String outcome() {
    return outcome;
  }

  public synchronized int promptTokens() {
    return promptTokens;
  }

  public synchronized int cachedTokens() {
    return cachedTokens;
  }

  public synchronized int completionTokens() {
    return completionTokens;
  }

  public boolean isFromCache() {
    return fromCache;
  }
}
