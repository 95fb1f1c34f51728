package dev.javelin.server;

import dev.javelin.server.http.Access;
import dev.javelin.server.http.Route;
import dev.javelin.server.route.Backend;
import dev.javelin.server.route.ChatCompletionsHandler;
import dev.javelin.server.route.HealthHandler;
import dev.javelin.server.route.InfoHandler;
import dev.javelin.server.route.ModelsHandler;
import java.util.List;

/** All endpoints there are. */
final class Routes {
  private Routes() {}

  static List<Route> all(Backend backend) {
    ModelsHandler models = new ModelsHandler(backend);
    return List.of(
        Route.get("/health", Access.OPEN, new HealthHandler(backend.host(), false), "Whether the server lives.")
            .answeredAtOnce(),
        Route.get("/ready", Access.OPEN, new HealthHandler(backend.host(), true), "Whether the model answers.")
            .answeredAtOnce(),
        Route.get("/info", Access.USE, new InfoHandler(backend), "Model, machine, memory and load."),
        Route.get("/v1/models", Access.USE, models, "The models that requests can name."),
        Route.get("/v1/models/{id}", Access.USE, models, "One model."),
        Route.post(
            "/v1/chat/completions", Access.USE, new ChatCompletionsHandler(backend), "The next message of a conversation."));
  }
}
