package dev.javelin.engine.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.EngineException;
import dev.javelin.engine.FinishReason;
import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.ModelNotFound;
import dev.javelin.engine.ModelSource;
import dev.javelin.engine.RemoteFailed;
import dev.javelin.engine.sampling.SamplingParameters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** Speaks with one server. Follows no redirects, so that the key goes nowhere else. */
public final class ServerClient implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LIST_TIMEOUT = Duration.ofSeconds(30);
  private static final int MOST_ERROR_BYTES = 1 << 16;
  private static final int OK = 200;

  private final ModelSource.Server server;
  private final HttpClient http;

  public ServerClient(ModelSource.Server server) {
    this.server = server;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** What a request gets when it says nothing of sampling, as far as a client can know. */
  public static SamplingParameters defaultSampling() {
    return RequestJson.NEUTRAL;
  }

  /** The names of the server's models. */
  public List<String> models() {
    HttpRequest request = request("/models").timeout(LIST_TIMEOUT).GET().build();
    JsonNode list = json(body(join(send(request))));
    List<String> names = new ArrayList<>();
    list.path("data").forEach(model -> names.add(model.path("id").asText()));
    return names;
  }

  /** A request on its way; closing it tells the server that nobody waits any more. */
  public final class Exchange implements AutoCloseable {
    private final CompletableFuture<HttpResponse<InputStream>> response;
    private final AnswerReader answer;
    private volatile boolean closed;

    private Exchange(HttpRequest request, Consumer<GenerationEvent> sink) {
      this.answer = new AnswerReader(sink);
      this.response = send(request);
    }

    /**
     * Reads the answer to its end.
     *
     * @throws EngineException if there is none, or not all of it
     */
    public GenerationResult read() {
      HttpResponse<InputStream> arrived = join(response);
      try (InputStream in = body(arrived)) {
        if (arrived
            .headers()
            .firstValue("content-type")
            .filter(type -> type.startsWith("application/json"))
            .isPresent()) {
          answer.take(checked(json(in)));
          return answer.result();
        }
        stream(in);
      } catch (IOException e) {
        throw new RemoteFailed(server.description() + ": broke off: " + e.getMessage(), e);
      }
      if (!answer.isFinished()) {
        throw new RemoteFailed(
            server.description() + ": ended its stream in the middle of the answer");
      }
      return answer.result();
    }

    private void stream(InputStream in) throws IOException {
      EventLines events =
          new EventLines(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
      for (Optional<String> event = events.next();
          event.isPresent() && !event.get().equals("[DONE]");
          event = events.next()) {
        try {
          answer.take(checked(MAPPER.readTree(event.get())));
        } catch (JsonProcessingException e) {
          throw new RemoteFailed(
              server.description() + ": sent an event that is no JSON: " + e.getOriginalMessage(),
              e);
        }
      }
    }

    /** What has come so far, ended for a reason of the caller's. */
    public GenerationResult soFar(FinishReason reason) {
      return answer.result(reason);
    }

    public boolean isClosed() {
      return closed;
    }

    @Override
    public void close() {
      closed = true;
      response.cancel(true);
      response.thenAccept(ServerClient::closeBody);
    }
  }

  /** Sends a request; what it gives is read from the exchange. */
  public Exchange submit(String model, GenerationRequest request, Consumer<GenerationEvent> sink) {
    HttpRequest.BodyPublisher body =
        HttpRequest.BodyPublishers.ofString(RequestJson.of(model, request).toString());
    HttpRequest post =
        request(RequestJson.path(request))
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream")
            .POST(body)
            .build();
    return new Exchange(post, sink);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path));
    server.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
    return request;
  }

  private CompletableFuture<HttpResponse<InputStream>> send(HttpRequest request) {
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  private HttpResponse<InputStream> join(CompletableFuture<HttpResponse<InputStream>> response) {
    try {
      return response.join();
    } catch (CompletionException e) {
      String reason =
          e.getCause() instanceof ConnectException && e.getCause().getMessage() == null
              ? "nobody listens there"
              : String.valueOf(e.getCause().getMessage());
      throw new RemoteFailed(server.description() + ": cannot be reached: " + reason, e.getCause());
    }
  }

  /** The body of a good answer; a bad one is thrown as what it means. */
  private InputStream body(HttpResponse<InputStream> response) {
    if (response.statusCode() == OK) {
      return response.body();
    }
    String message;
    try (InputStream in = response.body()) {
      message = message(in.readNBytes(MOST_ERROR_BYTES));
    } catch (IOException e) {
      message = e.getMessage();
    }
    String text = server.description() + ": HTTP " + response.statusCode() + ": " + message;
    throw switch (response.statusCode()) {
      case 400, 422 -> new InvalidRequest(text);
      case 404 -> new ModelNotFound(text);
      default -> new RemoteFailed(text);
    };
  }

  private static String message(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    try {
      JsonNode error = MAPPER.readTree(text).path("error");
      return error.path("message").asText(error.asText(text));
    } catch (JsonProcessingException e) {
      return text;
    }
  }

  private JsonNode json(InputStream in) {
    try (in) {
      return MAPPER.readTree(in);
    } catch (IOException e) {
      throw new RemoteFailed(
          server.description() + ": did not answer as OpenAI's API does: " + e.getMessage(), e);
    }
  }

  /** An error may come in the middle of a stream. */
  private JsonNode checked(JsonNode chunk) {
    if (chunk.hasNonNull("error")) {
      JsonNode error = chunk.get("error");
      throw new RemoteFailed(
          server.description() + ": " + error.path("message").asText(error.toString()));
    }
    return chunk;
  }

  private static void closeBody(HttpResponse<InputStream> response) {
    try {
      response.body().close();
    } catch (IOException e) {
      // It was to end, and it has.
    }
  }
}
