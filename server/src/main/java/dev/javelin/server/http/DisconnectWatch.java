package dev.javelin.server.http;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Reads on while a request is being answered, because nothing else tells that the client has closed
 * its socket before the next write does. The end of the input means that nobody waits for the
 * answer. Bytes that arrive are the beginning of the connection's next request: they are given
 * back, and the watch ends.
 */
final class DisconnectWatch {
  private final HttpServerConnection connection;
  private final ConduitStreamSourceChannel channel;
  private final StreamSourceConduit source;
  private final Runnable gone;
  private final AtomicBoolean over = new AtomicBoolean();

  private DisconnectWatch(HttpServerConnection connection, Runnable gone) {
    this.connection = connection;
    this.channel = connection.getChannel().getSourceChannel();
    this.source = connection.getOriginalSourceConduit();
    this.gone = gone;
  }

  /**
   * Starts a watch of an exchange whose request has been read; {@code gone} runs on the I/O thread.
   */
  static DisconnectWatch start(HttpServerExchange exchange, Runnable gone) {
    if (!(exchange.getConnection() instanceof HttpServerConnection connection)
        || connection.getExtraBytes() != null) {
      return null;
    }
    DisconnectWatch watch = new DisconnectWatch(connection, gone);
    connection
        .getIoThread()
        .execute(
            () -> {
              synchronized (watch) {
                if (!watch.over.get()) {
                  watch.channel.setReadListener(c -> watch.read());
                  watch.source.resumeReads();
                }
              }
            });
    return watch;
  }

  /**
   * Ends the watch before the response does: from then on the connection is Undertow's own again.
   */
  synchronized void stop() {
    if (over.compareAndSet(false, true)) {
      source.suspendReads();
    }
  }

  private synchronized void read() {
    if (over.get()) {
      return;
    }
    PooledByteBuffer pooled = connection.getByteBufferPool().allocate();
    boolean keep = false;
    try {
      ByteBuffer buffer = pooled.getBuffer();
      int count = source.read(buffer);
      if (count < 0) {
        leave();
      } else if (count > 0) {
        buffer.flip();
        connection.ungetRequestBytes(pooled);
        keep = true;
        stop();
      }
    } catch (IOException e) {
      leave();
    } finally {
      if (!keep) {
        pooled.close();
      }
    }
  }

  private void leave() {
    stop();
    gone.run();
  }
}
