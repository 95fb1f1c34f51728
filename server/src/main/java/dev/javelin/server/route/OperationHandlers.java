package dev.javelin.server.route;

import dev.javelin.engine.EngineCounters;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.Heartbeat;
import dev.javelin.server.run.Admission;
import dev.javelin.server.run.AnswerCache;
import dev.javelin.server.run.Metrics;
import dev.javelin.server.run.ModelHost;
import java.io.IOException;
import java.util.Map;

/** {@code /metrics} and {@code /admin/warmup}: for those who run the server. */
public final class OperationHandlers {
  private final Backend backend;
  private final Metrics metrics;
  private final Metrics.Gauges gauges;

  public OperationHandlers(
      Backend backend,
      Metrics metrics,
      AnswerCache cache,
      Admission admission,
      Heartbeat heartbeat) {
    this.backend = backend;
    this.metrics = metrics;
    this.gauges = new Metrics.Gauges(this::engine, cache, admission, heartbeat::streamCount);
  }

  private EngineCounters engine() {
    return backend.host().model().counters();
  }

  /** All counters and histograms in Prometheus' text form. */
  public void metrics(Call call) throws IOException {
    call.sendText(
        200, "text/plain; version=0.0.4; charset=utf-8", metrics.text(backend.modelName(), gauges));
  }

  /** Computes something, as at the start, and says how long it took. */
  public void warmUp(Call call) throws IOException {
    long millis = ModelHost.warmUp(backend.host().model());
    call.send(200, Map.of("status", "ready", "millis", millis));
  }
}
