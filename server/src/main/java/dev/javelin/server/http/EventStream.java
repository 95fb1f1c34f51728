package dev.javelin.server.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A response of server-sent events. Any thread may send; a comment goes out when nothing else has
 * for a while, so that proxies keep the connection and a vanished client is noticed.
 */
public final class EventStream implements AutoCloseable {
  private static final byte[] PING = ": ping\n\n".getBytes(StandardCharsets.UTF_8);

  private final ReentrantLock lock = new ReentrantLock();
  private final ResponseWriter writer;
  private final Heartbeat heartbeat;
  private final long pingNanos;
  private final Runnable gone;
  private final Runnable beforeEnd;
  private volatile long lastNanos = System.nanoTime();
  private boolean closed;

  /**
   * @param gone runs when a ping finds that the client is not there any more
   * @param beforeEnd runs before the response is ended
   */
  EventStream(
      ResponseWriter writer,
      Heartbeat heartbeat,
      long pingNanos,
      Runnable gone,
      Runnable beforeEnd) {
    this.writer = writer;
    this.heartbeat = heartbeat;
    this.pingNanos = pingNanos;
    this.gone = gone;
    this.beforeEnd = beforeEnd;
    heartbeat.add(this);
  }

  /** Sends a value as the data of an unnamed event. */
  public void send(Object value) throws IOException {
    sendText(Json.text(value));
  }

  /** Sends a value as the data of a named event. */
  public void send(String event, Object value) throws IOException {
    write("event: " + event + "\ndata: " + Json.text(value) + "\n\n");
  }

  /** Sends one line of data as it is. */
  public void sendText(String line) throws IOException {
    write("data: " + line + "\n\n");
  }

  private void write(String text) throws IOException {
    lock.lock();
    try {
      writer.write(text.getBytes(StandardCharsets.UTF_8));
      lastNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  boolean isSilent(long nowNanos) {
    return nowNanos - lastNanos > pingNanos;
  }

  void ping() {
    if (!lock.tryLock()) {
      return;
    }
    try {
      if (!closed && isSilent(System.nanoTime())) {
        writer.write(PING);
        lastNanos = System.nanoTime();
      }
    } catch (IOException e) {
      heartbeat.remove(this);
      gone.run();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the response. */
  public void end() throws IOException {
    lock.lock();
    try {
      if (!closed) {
        close();
        beforeEnd.run();
        writer.end();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends no more pings; the response is not ended. */
  @Override
  public void close() {
    closed = true;
    heartbeat.remove(this);
  }
}
