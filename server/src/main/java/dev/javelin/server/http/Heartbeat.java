package dev.javelin.server.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Gives every open event stream a chance, several times a second, to say that it is still there.
 */
public final class Heartbeat implements AutoCloseable {
  private static final long TICK_MILLIS = 250;

  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("javelin-heartbeat").factory());

  public Heartbeat() {
    timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  void add(EventStream stream) {
    streams.add(stream);
  }

  void remove(EventStream stream) {
    streams.remove(stream);
  }

  /** Streams that are open now. */
  public int streamCount() {
    return streams.size();
  }

  private void tick() {
    long now = System.nanoTime();
    for (EventStream stream : streams) {
      if (stream.isSilent(now)) {
        Thread.ofVirtual().start(stream::ping);
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
