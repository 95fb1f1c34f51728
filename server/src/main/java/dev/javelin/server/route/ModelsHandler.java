package dev.javelin.server.route;

import dev.javelin.server.api.Ids;
import dev.javelin.server.api.ModelList;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.Handler;
import java.io.IOException;
import java.util.List;

/** {@code GET /v1/models} and {@code GET /v1/models/{id}}: the one model there is. */
public final class ModelsHandler implements Handler {
  private final Backend backend;
  private final long created = Ids.nowSeconds();

  public ModelsHandler(Backend backend) {
    this.backend = backend;
  }

  @Override
  public void handle(Call call) throws IOException {
    ModelList.Entry entry =
        ModelList.Entry.of(backend.modelName(), created, backend.host().model().info());
    if (!call.route().isOpenEnded()) {
      call.send(200, new ModelList("list", List.of(entry)));
      return;
    }
    // Undertow decodes all of a path but its slashes.
    String wanted = call.pathEnd().replace("%2F", "/").replace("%2f", "/");
    if (!backend.isName(wanted)) {
      throw backend.unknownModel(wanted);
    }
    call.send(200, entry);
  }
}
