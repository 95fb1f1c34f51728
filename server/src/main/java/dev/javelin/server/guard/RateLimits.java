package dev.javelin.server.guard;

import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Caller;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * How much each key may use: requests and tokens a minute, in buckets that fill steadily. Tokens
 * are known only afterwards, so a bucket of tokens can go below zero; then the key waits until it
 * is above.
 */
public final class RateLimits {
  private static final double NANOS_PER_MINUTE = 60e9;
  private static final double NANOS_PER_SECOND = 1e9;

  private final int requestsPerMinute;
  private final int tokensPerMinute;
  private final LongSupplier nanoClock;
  private final Map<String, Buckets> callers = new ConcurrentHashMap<>();

  /** What one caller has left; fills up as time goes by. */
  private final class Buckets {
    private double requests = requestsPerMinute;
    private double tokens = tokensPerMinute;
    private long filledNanos = nanoClock.getAsLong();

    private void fill() {
      long now = nanoClock.getAsLong();
      double minutes = (now - filledNanos) / NANOS_PER_MINUTE;
      requests = Math.min(requestsPerMinute, requests + minutes * requestsPerMinute);
      tokens = Math.min(tokensPerMinute, tokens + minutes * tokensPerMinute);
      filledNanos = now;
    }

    synchronized void enter(BiConsumer<String, String> headers) {
      fill();
      double wait = 0;
      if (requestsPerMinute > 0 && requests < 1) {
        wait = (1 - requests) / requestsPerMinute * NANOS_PER_MINUTE;
      }
      if (tokensPerMinute > 0 && tokens <= 0) {
        wait = Math.max(wait, (1 - tokens) / tokensPerMinute * NANOS_PER_MINUTE);
      }
      if (wait == 0 && requestsPerMinute > 0) {
        requests -= 1;
      }
      tell(headers);
      if (wait > 0) {
        throw ApiError.rateLimited(
            (int) Math.ceil(wait / NANOS_PER_SECOND),
            "the limit of this key is reached: "
                + (tokensPerMinute > 0 && tokens <= 0
                    ? tokensPerMinute + " tokens a minute"
                    : requestsPerMinute + " requests a minute"));
      }
    }

    private void tell(BiConsumer<String, String> headers) {
      if (requestsPerMinute > 0) {
        tell(headers, "requests", requestsPerMinute, requests);
      }
      if (tokensPerMinute > 0) {
        tell(headers, "tokens", tokensPerMinute, tokens);
      }
    }

    private void tell(BiConsumer<String, String> headers, String what, int limit, double left) {
      headers.accept("x-ratelimit-limit-" + what, Integer.toString(limit));
      headers.accept("x-ratelimit-remaining-" + what, Long.toString(Math.max(0, (long) left)));
      double seconds = (limit - left) / limit * NANOS_PER_MINUTE / NANOS_PER_SECOND;
      headers.accept("x-ratelimit-reset-" + what, Math.max(0, (long) Math.ceil(seconds)) + "s");
    }

    synchronized void spend(int count) {
      fill();
      tokens -= count;
    }
  }

  /**
   * @param requestsPerMinute 0: no limit
   * @param tokensPerMinute 0: no limit
   */
  public RateLimits(int requestsPerMinute, int tokensPerMinute, LongSupplier nanoClock) {
    this.requestsPerMinute = requestsPerMinute;
    this.tokensPerMinute = tokensPerMinute;
    this.nanoClock = nanoClock;
  }

  /**
   * Counts a request, and tells what is left in headers.
   *
   * @throws ApiError 429 if nothing is left
   */
  public void enter(Caller caller, BiConsumer<String, String> headers) {
    if (requestsPerMinute > 0 || tokensPerMinute > 0) {
      buckets(caller).enter(headers);
    }
  }

  /** Counts tokens that a request has used. */
  public void spend(Caller caller, int tokens) {
    if (tokensPerMinute > 0 && tokens > 0) {
      buckets(caller).spend(tokens);
    }
  }

  private Buckets buckets(Caller caller) {
    return callers.computeIfAbsent(caller.name(), name -> new Buckets());
  }
}
