package dev.javelin.server.route;

import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.Fields;
import dev.javelin.server.http.Handler;
import java.io.IOException;

/**
 * {@code POST /v1/embeddings}: the models that run here predict text; none was made to embed it.
 */
public final class EmbeddingsHandler implements Handler {
  private final Backend backend;

  public EmbeddingsHandler(Backend backend) {
    this.backend = backend;
  }

  @Override
  public void handle(Call call) throws IOException {
    Fields fields = call.fields();
    backend.model(fields);
    if (!fields.has("input")) {
      throw fields.missing("input");
    }
    throw ApiError.notSupported(
        "not_supported", "model", "the model " + backend.modelName() + " makes no embeddings");
  }
}
