package dev.javelin.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.Profile;
import dev.javelin.server.config.Setting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A server with the demo model on a port of its own, and a client for it. */
final class TestServer implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  final JavelinServer server;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private TestServer(JavelinServer server) {
    this.server = server;
  }

  /** A client for a server that runs already. */
  static TestServer of(JavelinServer server) {
    return new TestServer(server);
  }

  static TestServer start() {
    return start(Map.of());
  }

  static TestServer start(Map<Setting, String> settings) {
    Map<Setting, String> all = new HashMap<>(Map.of(Setting.THREADS, "2"));
    all.putAll(settings);
    JavelinServer server = JavelinServer.start(Configuration.of(Profile.TESTING, all));
    server.awaitReady();
    return new TestServer(server);
  }

  URI uri(String path) {
    return server.uri().resolve(path);
  }

  /** An answer. */
  record Answer(int status, HttpResponse<String> response) {
    JsonNode json() {
      try {
        return JSON.readTree(response.body());
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + response.body(), e);
      }
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    /** The data of all events. */
    List<String> events() {
      List<String> events = new ArrayList<>();
      for (String line : response.body().split("\n")) {
        if (line.startsWith("data: ")) {
          events.add(line.substring(6));
        }
      }
      return events;
    }

    List<JsonNode> chunks() {
      List<JsonNode> chunks = new ArrayList<>();
      for (String event : events()) {
        if (!event.equals("[DONE]")) {
          try {
            chunks.add(JSON.readTree(event));
          } catch (IOException e) {
            throw new AssertionError("not JSON: " + event, e);
          }
        }
      }
      return chunks;
    }
  }

  Answer get(String path, String... headers) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET(), headers);
  }

  Answer post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)),
        headers);
  }

  private Answer send(HttpRequest.Builder request, String... headers)
      throws IOException, InterruptedException {
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    return new Answer(response.statusCode(), response);
  }

  /**
   * A chat request about one question; {@code more} are further fields, each with a comma before
   * it.
   */
  static String chat(String question, String more) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]" + more + "}";
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
