package dev.javelin.server;

import dev.javelin.server.http.Access;
import dev.javelin.server.http.ErrorStyle;
import dev.javelin.server.http.Route;
import dev.javelin.server.route.Backend;
import dev.javelin.server.route.ChatCompletionsHandler;
import dev.javelin.server.route.CompletionsHandler;
import dev.javelin.server.route.EmbeddingsHandler;
import dev.javelin.server.route.HealthHandler;
import dev.javelin.server.route.InfoHandler;
import dev.javelin.server.route.MessagesHandler;
import dev.javelin.server.route.ModelsHandler;
import dev.javelin.server.route.NativeHandlers;
import dev.javelin.server.route.OpenApi;
import dev.javelin.server.route.OperationHandlers;
import dev.javelin.server.route.PageHandler;
import dev.javelin.server.route.ResponsesHandler;
import dev.javelin.server.route.TokenHandlers;
import java.util.ArrayList;
import java.util.List;

/** All endpoints there are. */
final class Routes {
  private Routes() {}

  static List<Route> all(
      Backend backend, OperationHandlers operation, boolean metrics, boolean page) {
    ModelsHandler models = new ModelsHandler(backend);
    NativeHandlers natives = new NativeHandlers(backend);
    TokenHandlers tokens = new TokenHandlers(backend);
    MessagesHandler messages = new MessagesHandler(backend);
    List<Route> routes =
        new ArrayList<>(
            List.of(
                Route.get(
                        "/health",
                        Access.OPEN,
                        new HealthHandler(backend.host(), false),
                        "Whether the server lives.")
                    .answeredAtOnce(),
                Route.get(
                        "/ready",
                        Access.OPEN,
                        new HealthHandler(backend.host(), true),
                        "Whether the model answers.")
                    .answeredAtOnce(),
                Route.get(
                    "/info",
                    Access.USE,
                    new InfoHandler(backend),
                    "Model, machine, memory and load."),
                Route.post(
                    "/admin/warmup",
                    Access.ADMIN,
                    operation::warmUp,
                    "Computes something, as at the start."),
                Route.post("/generate", Access.USE, natives::generate, "Answers one prompt."),
                Route.post("/chat", Access.USE, natives::chat, "Answers a conversation."),
                Route.post(
                    "/stream",
                    Access.USE,
                    natives::stream,
                    "Answers a prompt or a conversation as events."),
                Route.post(
                    "/tokenize",
                    Access.USE,
                    tokens::tokenize,
                    "Text or a conversation to token ids."),
                Route.post("/detokenize", Access.USE, tokens::detokenize, "Token ids to text."),
                Route.post(
                    "/apply-template",
                    Access.USE,
                    tokens::applyTemplate,
                    "A conversation to the text of its prompt."),
                Route.get("/v1/models", Access.USE, models, "The models that requests can name."),
                Route.get("/v1/models/{id}", Access.USE, models, "One model."),
                Route.post(
                    "/v1/chat/completions",
                    Access.USE,
                    new ChatCompletionsHandler(backend),
                    "The next message of a conversation."),
                Route.post(
                    "/v1/completions",
                    Access.USE,
                    new CompletionsHandler(backend),
                    "Continues texts."),
                Route.post(
                    "/v1/responses",
                    Access.USE,
                    new ResponsesHandler(backend),
                    "A response, without state."),
                Route.post(
                    "/v1/embeddings",
                    Access.USE,
                    new EmbeddingsHandler(backend),
                    "Not supported by these models."),
                Route.post("/v1/messages", Access.USE, messages::create, "Anthropic's messages.")
                    .withErrors(ErrorStyle.ANTHROPIC),
                Route.post(
                        "/v1/messages/count_tokens",
                        Access.USE,
                        messages::countTokens,
                        "Tokens of a prompt.")
                    .withErrors(ErrorStyle.ANTHROPIC)));
    if (metrics) {
      routes.add(
          Route.get(
                  "/metrics",
                  Access.USE,
                  operation::metrics,
                  "Counters and histograms for Prometheus.")
              .answeredAtOnce());
    }
    if (page) {
      routes.add(page("/", "index.html", "text/html; charset=utf-8"));
      routes.add(page("/app.css", "app.css", "text/css; charset=utf-8"));
      routes.add(page("/app.js", "app.js", "text/javascript; charset=utf-8"));
      routes.add(page("/icon.svg", "icon.svg", "image/svg+xml"));
    }
    routes.add(
        Route.get("/openapi.json", Access.USE, new OpenApi(() -> routes), "This description."));
    return routes;
  }

  private static Route page(String path, String file, String contentType) {
    return Route.get(
            path, Access.OPEN, new PageHandler(file, contentType), "A file of the chat page.")
        .answeredAtOnce();
  }
}
