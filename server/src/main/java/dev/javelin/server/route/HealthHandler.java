package dev.javelin.server.route;

import dev.javelin.server.http.Call;
import dev.javelin.server.http.Handler;
import dev.javelin.server.run.ModelHost;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** {@code GET /health}: the server lives. {@code GET /ready}: the model answers, or why not. */
public final class HealthHandler implements Handler {
  private final ModelHost host;
  private final boolean readiness;

  /**
   * @param readiness whether the model must be ready, too
   */
  public HealthHandler(ModelHost host, boolean readiness) {
    this.host = host;
    this.readiness = readiness;
  }

  @Override
  public void handle(Call call) throws IOException {
    ModelHost.State state = host.state();
    String word = state.name().toLowerCase(Locale.ROOT);
    if (!readiness) {
      call.send(200, Map.of("status", "ok", "model", word));
    } else if (state == ModelHost.State.READY) {
      call.send(200, Map.of("status", "ready"));
    } else {
      call.setHeader("Retry-After", "2");
      call.send(503, Map.of("status", word));
    }
  }
}
