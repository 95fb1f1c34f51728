package dev.javelin.server;

import dev.javelin.engine.LanguageModel;
import dev.javelin.server.api.GenerationReader;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.ConfigurationException;
import dev.javelin.server.config.Setting;
import dev.javelin.server.guard.AuditLog;
import dev.javelin.server.guard.Authentication;
import dev.javelin.server.guard.BindSafety;
import dev.javelin.server.guard.Keys;
import dev.javelin.server.guard.Origins;
import dev.javelin.server.guard.RateLimits;
import dev.javelin.server.guard.ServerLog;
import dev.javelin.server.guard.Tls;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.Heartbeat;
import dev.javelin.server.http.Json;
import dev.javelin.server.http.Route;
import dev.javelin.server.route.Backend;
import dev.javelin.server.route.OperationHandlers;
import dev.javelin.server.run.Admission;
import dev.javelin.server.run.AnswerCache;
import dev.javelin.server.run.Generator;
import dev.javelin.server.run.Metrics;
import dev.javelin.server.run.ModelHost;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.handlers.HttpContinueReadHandler;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.xnio.Options;
import org.xnio.Sequence;

/**
 * A running server. It listens at once, loads its model meanwhile, and serves until it is closed.
 */
public final class JavelinServer implements AutoCloseable {
  private static final int MAX_HEADERS = 100;
  private static final int MAX_HEADER_BYTES = 32 * 1024;
  private static final int MAX_PARAMETERS = 100;
  private static final int BUFFER_BYTES = 16 * 1024;

  /** So much of a body that is too large is read before the connection is cut. */
  private static final long DISCARDED_BYTES = 16 << 20;

  private static final long DRAIN_LOOK_MILLIS = 20;
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  /** Kept, since loggers that nobody holds forget their level. */
  private static final List<Logger> LIBRARY_LOGGERS =
      List.of(
          Logger.getLogger("io.undertow"),
          Logger.getLogger("org.xnio"),
          Logger.getLogger("org.jboss"));

  private final ModelHost host;
  private final Heartbeat heartbeat = new Heartbeat();
  private final Undertow undertow;
  private final Router router;
  private final Dispatcher dispatcher;
  private Optional<AuditLog> audit = Optional.empty();
  private volatile boolean started;

  private JavelinServer(
      Configuration configuration, Supplier<LanguageModel> source, PrintStream logStream) {
    LIBRARY_LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
    ServerLog log = new ServerLog(logForm(configuration), logStream);
    Keys keys = new Keys(configuration, log::info);
    BindSafety.check(configuration, keys);
    Optional<SSLContext> tls = Tls.context(configuration);
    Models.checkRecording(configuration);
    int sequences = Models.options(configuration).maxSequences();
    MemoryPlan.of(configuration)
        .filter(plan -> !plan.fits())
        .ifPresent(plan -> log.warn("the model may not fit: " + plan.cure()));
    host =
        new ModelHost(
            source,
            configuration.flag(Setting.WARM_UP),
            model -> Models.recorder(configuration, model));
    Admission admission = new Admission(sequences + configuration.number(Setting.MAX_QUEUE));
    long cacheBytes =
        configuration.flag(Setting.CACHE) ? configuration.bytes(Setting.CACHE_SIZE) : 0;
    AnswerCache cache =
        new AnswerCache(
            cacheBytes, configuration.time(Setting.CACHE_TIME).toNanos(), System::nanoTime);
    Metrics metrics = new Metrics();
    GenerationReader.Limits generationLimits =
        new GenerationReader.Limits(
            configuration.number(Setting.MAX_PROMPT_TOKENS),
            configuration.number(Setting.MAX_CHOICES),
            (int) Math.min(Integer.MAX_VALUE, configuration.bytes(Setting.MAX_SCHEMA)),
            configuration.time(Setting.REQUEST_TIMEOUT));
    Backend backend =
        new Backend(
            host,
            new Generator(host, admission, cache, metrics),
            generationLimits,
            configuration.text(Setting.MODEL_NAME));
    OperationHandlers operation =
        new OperationHandlers(backend, metrics, cache, admission, heartbeat);
    router =
        new Router(
            Routes.all(
                backend,
                operation,
                configuration.flag(Setting.METRICS),
                configuration.flag(Setting.PAGE)));
    int maxBody = (int) Math.min(Integer.MAX_VALUE, configuration.bytes(Setting.MAX_BODY));
    Call.Settings settings =
        new Call.Settings(
            new Json(configuration.number(Setting.MAX_NESTING), maxBody),
            heartbeat,
            configuration.time(Setting.PING_INTERVAL).toMillis(),
            configuration.time(Setting.WRITE_TIMEOUT).toMillis(),
            configuration.flag(Setting.STRICT));
    Dispatcher.Limits limits =
        new Dispatcher.Limits(
            configuration.number(Setting.MAX_REQUESTS),
            maxBody,
            configuration.time(Setting.HEADER_TIMEOUT).toMillis());
    if (configuration.isGiven(Setting.AUDIT_LOG)) {
      audit = Optional.of(new AuditLog(Path.of(configuration.text(Setting.AUDIT_LOG)), log));
    }
    Door door =
        new Door(
            new Authentication(keys),
            new Origins(
                configuration.list(Setting.CORS_ORIGIN),
                keys.areNeeded(),
                BindSafety.isLoopback(configuration)),
            new RateLimits(
                configuration.number(Setting.REQUESTS_PER_MINUTE),
                configuration.number(Setting.TOKENS_PER_MINUTE),
                System::nanoTime));
    dispatcher = new Dispatcher(router, door, settings, limits, new Books(log, audit, metrics));
    undertow = undertow(configuration, dispatcher, maxBody, tls);
  }

  private static ServerLog.Form logForm(Configuration configuration) {
    return switch (configuration.text(Setting.LOG).toLowerCase(Locale.ROOT)) {
      case "text" -> ServerLog.Form.TEXT;
      case "json" -> ServerLog.Form.JSON;
      case "off" -> ServerLog.Form.OFF;
      default -> throw configuration.wrong(Setting.LOG, "text, json or off");
    };
  }

  private static Undertow undertow(
      Configuration configuration, Dispatcher dispatcher, int maxBody, Optional<SSLContext> tls) {
    int port = configuration.number(Setting.PORT);
    String address = configuration.text(Setting.HOST);
    int parseMillis = (int) configuration.time(Setting.HEADER_TIMEOUT).toMillis();
    Undertow.Builder builder = Undertow.builder();
    if (tls.isPresent()) {
      builder
          .addHttpsListener(port, address, tls.get())
          .setSocketOption(Options.SSL_ENABLED_PROTOCOLS, Sequence.of("TLSv1.3"));
    } else {
      builder.addHttpListener(port, address);
    }
    return builder
        // Virtual threads come and go: a cache of buffers for each would only lose them.
        .setByteBufferPool(new DefaultByteBufferPool(true, BUFFER_BYTES, 1000, 0))
        .setIoThreads(2)
        .setWorkerThreads(1)
        .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, maxBody + DISCARDED_BYTES)
        .setServerOption(UndertowOptions.MAX_HEADERS, MAX_HEADERS)
        .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER_BYTES)
        .setServerOption(UndertowOptions.MAX_PARAMETERS, MAX_PARAMETERS)
        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, parseMillis)
        .setServerOption(
            UndertowOptions.NO_REQUEST_TIMEOUT,
            (int) configuration.time(Setting.IDLE_TIMEOUT).toMillis())
        .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
        .setHandler(new HttpContinueReadHandler(dispatcher))
        .build();
  }

  /** Starts a server with the model that the configuration names. */
  public static JavelinServer start(Configuration configuration) {
    return start(configuration, () -> Models.open(configuration), System.err);
  }

  /** Starts a server with a model from elsewhere, which it will close. */
  public static JavelinServer start(
      Configuration configuration, Supplier<LanguageModel> source, PrintStream logStream) {
    JavelinServer server = new JavelinServer(configuration, source, logStream);
    try {
      server.undertow.start();
      server.started = true;
    } catch (RuntimeException e) {
      server.close();
      throw new ConfigurationException(
          "cannot listen on "
              + configuration.text(Setting.HOST)
              + " port "
              + configuration.text(Setting.PORT)
              + ": "
              + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
          e);
    }
    return server;
  }

  /** Waits until the model can be used, and returns it. */
  public LanguageModel awaitReady() {
    return host.await();
  }

  /** Where the server listens. */
  public URI uri() {
    Undertow.ListenerInfo listener = undertow.getListenerInfo().getFirst();
    InetSocketAddress address = (InetSocketAddress) listener.getAddress();
    String name =
        address.getAddress().isAnyLocalAddress()
            ? "127.0.0.1"
            : address.getAddress().getHostAddress();
    String bracketed = name.contains(":") ? "[" + name + "]" : name;
    return URI.create(listener.getProtcol() + "://" + bracketed + ":" + address.getPort() + "/");
  }

  /** All endpoints. */
  public List<Route> routes() {
    return router.routes();
  }

  /**
   * Stops politely: takes no more requests, lets those in progress end within {@code patience}, has
   * the others end with an error, then closes.
   *
   * @return whether all of them ended in time
   */
  public boolean drain(Duration patience) {
    host.drain();
    dispatcher.drain();
    boolean all = awaitCalls(patience);
    host.close();
    awaitCalls(LAST_WORDS);
    close();
    return all;
  }

  private boolean awaitCalls(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (dispatcher.openCalls() > 0 && System.nanoTime() < end) {
        Thread.sleep(DRAIN_LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return dispatcher.openCalls() == 0;
  }

  /** Stops at once: answers in progress end. */
  @Override
  public void close() {
    if (started) {
      undertow.stop();
    }
    heartbeat.close();
    host.close();
    dispatcher.awaitHandlers(LAST_WORDS);
    audit.ifPresent(AuditLog::close);
  }
}
