package dev.javelin.server.run;

import dev.javelin.server.http.ApiError;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds how many generations run and wait; who comes when all places are taken is turned away at
 * once.
 */
public final class Admission {
  private static final int RETRY_SECONDS = 1;

  private final int places;
  private final AtomicInteger taken = new AtomicInteger();

  /**
   * @param places generations that may run or wait at the same time
   */
  public Admission(int places) {
    this.places = places;
  }

  /**
   * Takes places for {@code count} generations; each is given back by one {@link #leave}.
   *
   * @throws ApiError 503 if there are not so many now, 400 if there never are
   */
  void enter(int count) {
    if (count > places) {
      throw ApiError.invalid(
          "invalid_value",
          "n",
          "the request asks for "
              + count
              + " answers (n for each prompt), but this server takes at most "
              + places
              + " at a time");
    }
    if (taken.addAndGet(count) > places) {
      taken.addAndGet(-count);
      throw ApiError.overloaded(
          "queue_full",
          RETRY_SECONDS,
          "the server is busy: all " + places + " places for generations are taken; try again");
    }
  }

  void leave() {
    taken.decrementAndGet();
  }

  /** Generations that run or wait. */
  public int taken() {
    return taken.get();
  }

  public int places() {
    return places;
  }
}
