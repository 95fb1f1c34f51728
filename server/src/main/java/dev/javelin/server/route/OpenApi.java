package dev.javelin.server.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.server.http.Access;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.Handler;
import dev.javelin.server.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code GET /openapi.json}: the table of routes as an OpenAPI 3.1 description; schemas of bodies
 * come from a file.
 */
public final class OpenApi implements Handler {
  private static final Map<String, String> BODIES =
      Map.ofEntries(
          Map.entry("/generate", "PromptRequest"),
          Map.entry("/stream", "PromptRequest"),
          Map.entry("/chat", "ChatRequest"),
          Map.entry("/apply-template", "ChatRequest"),
          Map.entry("/tokenize", "TokenizeRequest"),
          Map.entry("/detokenize", "DetokenizeRequest"),
          Map.entry("/v1/chat/completions", "ChatRequest"),
          Map.entry("/v1/completions", "CompletionRequest"),
          Map.entry("/v1/responses", "ResponsesRequest"),
          Map.entry("/v1/embeddings", "EmbeddingsRequest"),
          Map.entry("/v1/messages", "MessagesRequest"),
          Map.entry("/v1/messages/count_tokens", "MessagesRequest"));

  private final Supplier<List<Route>> routes;
  private final JsonNode schemas;

  /**
   * @param routes asked when the description is wanted: it describes itself, too
   */
  public OpenApi(Supplier<List<Route>> routes) {
    this.routes = routes;
    try (InputStream in = OpenApi.class.getResourceAsStream("/dev/javelin/server/schemas.json")) {
      schemas = new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void handle(Call call) throws IOException {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("title", "Javelin");
    info.put("version", InfoHandler.version());
    info.put("description", "LLM inference in pure Java, over HTTP.");
    Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
    for (Route route : routes.get()) {
      paths
          .computeIfAbsent(route.path(), path -> new LinkedHashMap<>())
          .put(route.method().toLowerCase(java.util.Locale.ROOT), operation(route));
    }
    Map<String, Object> bearer = new LinkedHashMap<>();
    bearer.put("type", "http");
    bearer.put("scheme", "bearer");
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("type", "apiKey");
    header.put("in", "header");
    header.put("name", "X-Api-Key");
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("schemas", schemas);
    components.put("securitySchemes", Map.of("bearer", bearer, "header", header));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openapi", "3.1.0");
    document.put("info", info);
    document.put("paths", paths);
    document.put("components", components);
    call.send(200, document);
  }

  private static Map<String, Object> operation(Route route) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("summary", route.summary());
    operation.put(
        "operationId",
        route.method().toLowerCase(java.util.Locale.ROOT)
            + route.path().replaceAll("[^a-z0-9]+", "_"));
    if (route.isOpenEnded()) {
      Map<String, Object> parameter = new LinkedHashMap<>();
      parameter.put("name", route.path().replaceAll(".*\\{|}", ""));
      parameter.put("in", "path");
      parameter.put("required", true);
      parameter.put("schema", Map.of("type", "string"));
      operation.put("parameters", List.of(parameter));
    }
    String body = BODIES.get(route.path());
    if (body != null) {
      operation.put(
          "requestBody", Map.of("required", true, "content", json("#/components/schemas/" + body)));
    }
    if (route.access() != Access.OPEN) {
      operation.put("security", List.of(Map.of("bearer", List.of()), Map.of("header", List.of())));
    }
    Map<String, Object> responses = new LinkedHashMap<>();
    responses.put("200", Map.of("description", "The answer."));
    if (route.access() != Access.OPEN) {
      for (String status : List.of("400", "401", "403", "429", "503")) {
        responses.put(
            status,
            Map.of(
                "description", description(status), "content", json("#/components/schemas/Error")));
      }
    }
    operation.put("responses", responses);
    return operation;
  }

  private static String description(String status) {
    return switch (status) {
      case "400" -> "The request is wrong; error.param names the field.";
      case "401" -> "The key is missing or wrong.";
      case "403" -> "The key has not the role, or the page's origin is not allowed.";
      case "429" -> "The key's limit is reached; see Retry-After.";
      default -> "The model is loading, or the server is full; see Retry-After.";
    };
  }

  private static Map<String, Object> json(String schema) {
    return Map.of("application/json", Map.of("schema", Map.of("$ref", schema)));
  }
}
