package dev.javelin.server.http;

import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xnio.channels.StreamSinkChannel;

/**
 * Writes a response from a virtual thread without ever blocking the thread that carries it: when
 * the socket is full, it waits for the I/O thread's word. (Undertow's own blocking streams wait in
 * a selector of the thread's own, which a virtual thread would have to make first, and which holds
 * on to its carrier.) One thread at a time.
 */
final class ResponseWriter {
  private final HttpServerExchange exchange;
  private final StreamSinkChannel channel;
  private final long timeoutMillis;

  /**
   * Starts the response: status and headers must be set.
   *
   * @param timeoutMillis longest wait for a client that does not read
   */
  ResponseWriter(HttpServerExchange exchange, long timeoutMillis) throws IOException {
    this.exchange = exchange;
    this.timeoutMillis = timeoutMillis;
    this.channel = exchange.getResponseChannel();
    if (channel == null) {
      throw new IOException("the response has been taken already");
    }
  }

  /** Hands the bytes to the network. */
  void write(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.write(buffer) == 0) {
        awaitRoom();
      }
    }
    flush();
  }

  /** Ends the response. */
  void end() throws IOException {
    channel.shutdownWrites();
    flush();
    exchange.endExchange();
  }

  private void flush() throws IOException {
    while (!channel.flush()) {
      awaitRoom();
    }
  }

  private void awaitRoom() throws IOException {
    CompletableFuture<Void> room = new CompletableFuture<>();
    channel
        .getWriteSetter()
        .set(
            c -> {
              c.suspendWrites();
              room.complete(null);
            });
    channel.resumeWrites();
    try {
      room.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      exchange.getConnection().close();
      throw new IOException("the client has not read for " + timeoutMillis + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while writing", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }
}
