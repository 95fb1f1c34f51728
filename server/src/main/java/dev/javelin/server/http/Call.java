package dev.javelin.server.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One request and its answer, as a handler sees them. A handler answers once: with {@link #send} or
 * with {@link #stream}.
 */
public final class Call {
  /**
   * What calls share.
   *
   * @param pingMillis silence after which an event stream sends a comment
   * @param writeTimeoutMillis how long a client may refuse to read
   * @param strict whether unknown fields of a request are an error
   */
  public record Settings(
      Json json, Heartbeat heartbeat, long pingMillis, long writeTimeoutMillis, boolean strict) {}

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final HttpServerExchange exchange;
  private final Settings settings;
  private final String id;
  private final Route route;
  private final Caller caller;
  private final byte[] body;
  private final CallRecord facts = new CallRecord();
  private final List<Runnable> goneListeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> overListeners = new CopyOnWriteArrayList<>();
  private volatile boolean gone;
  private volatile boolean answered;
  private DisconnectWatch watch;
  private EventStream stream;

  /**
   * @param body empty for a request that has none
   */
  public Call(
      HttpServerExchange exchange,
      Settings settings,
      String id,
      Route route,
      Caller caller,
      byte[] body) {
    this.exchange = exchange;
    this.settings = settings;
    this.id = id;
    this.route = route;
    this.caller = caller;
    this.body = body;
  }

  /** Names this call in headers, logs and error messages. */
  public String id() {
    return id;
  }

  public Route route() {
    return route;
  }

  public Caller caller() {
    return caller;
  }

  /** What logs and metrics will say of this call; handlers fill it. */
  public CallRecord facts() {
    return facts;
  }

  /** The part of the path that an open-ended route leaves to the client. */
  public String pathEnd() {
    return exchange.getRelativePath().substring(route.fixedPath().length());
  }

  public Optional<String> query(String name) {
    var values = exchange.getQueryParameters().get(name);
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  /** The body as a JSON object. */
  public Fields fields() {
    return Fields.of(settings.json().read(body));
  }

  /**
   * To be called when all fields that matter have been read: refuses the others if the server is
   * strict.
   */
  public void checkUnknown(Fields fields) {
    if (settings.strict()) {
      fields.refuseUnknown();
    }
  }

  public void setHeader(String name, String value) {
    exchange.getResponseHeaders().put(HttpString.tryFromString(name), value);
  }

  /**
   * Has {@code listener} run, on some thread, as soon as the client is known to be gone; at once if
   * it is already.
   */
  public void whenGone(Runnable listener) {
    goneListeners.add(listener);
    synchronized (this) {
      if (watch == null && !answered && !route.quick()) {
        watch = DisconnectWatch.start(exchange, this::leave);
      }
    }
    if (gone) {
      listener.run();
    }
  }

  /** Has {@code listener} run when the handler is through, whether it answered or not. */
  public void whenOver(Runnable listener) {
    overListeners.add(listener);
  }

  public boolean isGone() {
    return gone;
  }

  private void leave() {
    gone = true;
    goneListeners.forEach(Runnable::run);
  }

  /** Whether the answer has begun, so that its status cannot change any more. */
  public boolean isAnswered() {
    return answered;
  }

  /** Answers with a value as JSON. */
  public void send(int status, Object value) throws IOException {
    send(status, "application/json", Json.bytes(value));
  }

  /** Answers with bytes. */
  public void send(int status, String contentType, byte[] bytes) throws IOException {
    begin(status, contentType);
    exchange.getResponseHeaders().put(Headers.CONTENT_LENGTH, bytes.length);
    if (route.quick()) {
      exchange.getResponseSender().send(ByteBuffer.wrap(bytes));
      return;
    }
    stopWatch();
    ResponseWriter writer = new ResponseWriter(exchange, settings.writeTimeoutMillis());
    writer.write(bytes);
    writer.end();
  }

  public void sendText(int status, String contentType, String text) throws IOException {
    send(status, contentType, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Begins to answer with events. */
  public EventStream stream() throws IOException {
    begin(200, "text/event-stream; charset=utf-8");
    HeaderMap headers = exchange.getResponseHeaders();
    headers.put(Headers.CACHE_CONTROL, "no-cache");
    headers.put(HttpString.tryFromString("X-Accel-Buffering"), "no");
    ResponseWriter writer = new ResponseWriter(exchange, settings.writeTimeoutMillis());
    stream =
        new EventStream(
            writer,
            settings.heartbeat(),
            settings.pingMillis() * NANOS_PER_MILLI,
            this::leave,
            this::stopWatch);
    return stream;
  }

  private void begin(int status, String contentType) {
    answered = true;
    facts.status(status);
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
  }

  private synchronized void stopWatch() {
    if (watch != null) {
      watch.stop();
    }
  }

  /** Ends what is still open; to be called by whoever ran the handler. */
  public void finish() {
    overListeners.forEach(Runnable::run);
    stopWatch();
    if (stream != null) {
      stream.close();
    }
    if (!route.quick()) {
      exchange.endExchange();
    }
  }

  /**
   * Answers with an error or, if an event stream has begun, ends that with the error as its last
   * event.
   */
  public void sendError(ApiError error) throws IOException {
    facts.error(error.code());
    Object errorBody = route.errors().body(error, id);
    if (stream != null) {
      facts.status(error.status());
      if (route.errors() == ErrorStyle.ANTHROPIC) {
        stream.send("error", errorBody);
      } else {
        stream.send(errorBody);
      }
      stream.end();
    } else if (!answered) {
      error
          .retryAfterSeconds()
          .ifPresent(seconds -> setHeader("Retry-After", Integer.toString(seconds)));
      send(error.status(), errorBody);
    }
  }
}
