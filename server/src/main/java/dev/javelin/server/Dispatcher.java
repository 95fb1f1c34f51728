package dev.javelin.server;

import dev.javelin.engine.EngineException;
import dev.javelin.engine.GenerationFailed;
import dev.javelin.engine.ModelNotReady;
import dev.javelin.server.guard.ErrorMapping;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.Caller;
import dev.javelin.server.http.Route;
import io.undertow.io.Receiver;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.XnioExecutor;

/**
 * Takes each request from Undertow's I/O thread to its handler: names it, finds the route, checks
 * the caller, waits for the body without a thread, and runs the handler on a virtual thread.
 * Whatever a handler throws becomes an answer here.
 */
final class Dispatcher implements HttpHandler {
  private static final byte[] NO_BODY = new byte[0];
  private static final HttpString REQUEST_ID = HttpString.tryFromString("X-Request-Id");
  private static final int LONGEST_ID = 100;
  private static final int ID_BYTES = 12;

  private final Router router;
  private final Door door;
  private final Call.Settings settings;
  private final Limits limits;
  private final Books books;
  private final ExecutorService handlers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("javelin-call-", 0).factory());
  private final AtomicInteger openCalls = new AtomicInteger();
  private final SecureRandom random = new SecureRandom();
  private volatile boolean draining;

  /**
   * What the dispatcher holds requests to.
   *
   * @param maxCalls open at the same time
   * @param bodyTimeoutMillis for a request's body to arrive
   */
  record Limits(int maxCalls, int maxBodyBytes, long bodyTimeoutMillis) {}

  Dispatcher(Router router, Door door, Call.Settings settings, Limits limits, Books books) {
    this.router = router;
    this.door = door;
    this.settings = settings;
    this.limits = limits;
    this.books = books;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    String id = requestId(exchange);
    exchange.getResponseHeaders().put(REQUEST_ID, id);
    Route route = router.find(exchange.getRequestMethod().toString(), exchange.getRelativePath());
    Caller caller = Caller.ANONYMOUS;
    try {
      door.origins().check(exchange);
      if (exchange.getRequestMethod().equals(Methods.OPTIONS)) {
        preflight(exchange);
        return;
      }
      caller = door.authentication().caller(exchange.getRequestHeaders());
      door.authentication().check(caller, exchange.getRequestHeaders(), route.access());
      if (!route.quick()) {
        door.rates()
            .enter(
                caller,
                (name, value) ->
                    exchange.getResponseHeaders().put(HttpString.tryFromString(name), value));
      }
    } catch (ApiError e) {
      refuse(exchange, id, route, caller, e);
      return;
    }
    if (draining) {
      exchange.setPersistent(false);
    }
    if (route.quick()) {
      run(new Call(exchange, settings, id, route, caller, NO_BODY));
    } else if (draining) {
      refuse(exchange, id, route, caller, shuttingDown());
    } else if (openCalls.incrementAndGet() > limits.maxCalls()) {
      openCalls.decrementAndGet();
      refuse(
          exchange,
          id,
          route,
          caller,
          ApiError.overloaded(
              "too_many_requests_open", 1, "the server has too many requests open"));
    } else {
      exchange.addExchangeCompleteListener(
          (finished, next) -> {
            openCalls.decrementAndGet();
            next.proceed();
          });
      receive(exchange, id, route, caller);
    }
  }

  private void preflight(HttpServerExchange exchange) {
    door.origins().preflight(exchange, router.methods(exchange.getRelativePath()));
    exchange.setStatusCode(204);
    exchange.endExchange();
  }

  private void refuse(
      HttpServerExchange exchange, String id, Route route, Caller caller, ApiError error) {
    if (error.status() == 401) {
      exchange.getResponseHeaders().put(HttpString.tryFromString("WWW-Authenticate"), "Bearer");
    }
    Route refusing =
        new Route(
            route.method(),
            route.path(),
            route.access(),
            true,
            route.errors(),
            call -> {
              throw error;
            },
            route.summary());
    run(new Call(exchange, settings, id, refusing, caller, NO_BODY));
  }

  private void receive(HttpServerExchange exchange, String id, Route route, Caller caller) {
    XnioExecutor.Key timer =
        exchange
            .getIoThread()
            .executeAfter(() -> close(exchange), limits.bodyTimeoutMillis(), TimeUnit.MILLISECONDS);
    Receiver receiver = exchange.getRequestReceiver();
    receiver.setMaxBufferSize(limits.maxBodyBytes());
    receiver.receiveFullBytes(
        (e, body) -> {
          timer.remove();
          e.dispatch(handlers, () -> run(new Call(e, settings, id, route, caller, body)));
        },
        (e, failure) -> {
          if (failure instanceof Receiver.RequestToLargeException) {
            readOn(e, timer);
            refuse(e, id, route, caller, tooLarge());
          } else {
            timer.remove();
            close(e);
          }
        });
  }

  /**
   * Has the rest of a body read once the answer is sent, until the timer ends that: a socket closed
   * with bytes unread takes the answer with it. Undertow does so where it may keep the connection.
   */
  private static void readOn(HttpServerExchange exchange, XnioExecutor.Key timer) {
    boolean keep = exchange.isPersistent();
    exchange.setPersistent(true);
    exchange.addExchangeCompleteListener(
        (finished, next) -> {
          timer.remove();
          next.proceed();
          if (!keep) {
            close(finished);
          }
        });
  }

  private ApiError tooLarge() {
    return ApiError.tooLarge("the body is larger than " + limits.maxBodyBytes() + " bytes");
  }

  private static ApiError shuttingDown() {
    return ApiError.unavailable("shutting_down", 1, "the server is shutting down");
  }

  private static void close(HttpServerExchange exchange) {
    try {
      exchange.getConnection().close();
    } catch (IOException e) {
      // It is closed for us all the same.
    }
  }

  private void run(Call call) {
    long start = System.nanoTime();
    call.facts().whenUsed(tokens -> door.rates().spend(call.caller(), tokens));
    try {
      answer(call);
    } catch (IOException e) {
      call.facts().outcome("disconnected");
    } finally {
      books.write(call, System.nanoTime() - start);
    }
  }

  private void answer(Call call) throws IOException {
    try {
      call.route().handler().handle(call);
    } catch (ApiError e) {
      call.sendError(e);
    } catch (ModelNotReady e) {
      call.sendError(draining ? shuttingDown() : ErrorMapping.of(e, call.id()));
    } catch (EngineException e) {
      if (e instanceof GenerationFailed) {
        books.log().error(e.getMessage(), call.id(), e);
      }
      call.sendError(ErrorMapping.of(e, call.id()));
    } catch (RuntimeException | Error e) {
      books.log().error("a handler failed: " + call.route().path(), call.id(), e);
      call.sendError(ApiError.internal(call.id()));
    } finally {
      call.finish();
    }
  }

  /** The client's own id if it looks like one, else a new one. */
  private String requestId(HttpServerExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst(REQUEST_ID);
    if (given != null
        && !given.isEmpty()
        && given.length() <= LONGEST_ID
        && given
            .chars()
            .allMatch(
                c -> Character.isLetterOrDigit(c) && c < 128 || c == '-' || c == '_' || c == '.')) {
      return given;
    }
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return "req_" + HexFormat.of().formatHex(bytes);
  }

  /** Takes no more requests but those that are answered at once. */
  void drain() {
    draining = true;
  }

  /** Requests that are open now. */
  int openCalls() {
    return openCalls.get();
  }

  /**
   * Runs no more handlers and waits, for a while, until those that run have written their books.
   */
  void awaitHandlers(Duration patience) {
    handlers.shutdown();
    try {
      handlers.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
