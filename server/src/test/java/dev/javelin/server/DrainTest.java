package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.ModelNotReady;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.Profile;
import dev.javelin.server.config.Setting;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DrainTest {
  @TempDir private Path folder;

  @Test
  void anAnswerInProgressEndsBeforeTheServerStopsAndNewOnesAreRefused() throws Exception {
    try (TestServer server = TestServer.start()) {
      HttpRequest request =
          HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
              .POST(
                  BodyPublishers.ofString(
                      TestServer.chat("Tell me a story about a fox.", ",\"stream\":true")))
              .build();
      var answer = server.client.send(request, BodyHandlers.ofInputStream());
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
      assertTrue(lines.readLine().startsWith("data: "));
      CompletableFuture<Boolean> drained =
          CompletableFuture.supplyAsync(() -> server.server.drain(Duration.ofSeconds(60)));
      int status = 200;
      for (int i = 0; i < 200 && status == 200; i++) {
        status = server.get("/ready").status();
      }
      assertEquals(503, status);
      assertEquals(200, server.get("/metrics").status());
      assertEquals(
          "shutting_down",
          server.post("/chat", TestServer.chat("Hi", "")).json().at("/error/code").asText());
      String last = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line.isEmpty() ? last : line;
      }
      assertEquals("data: [DONE]", last);
      assertTrue(drained.get());
    }
  }

  @Test
  void anAnswerThatTakesLongerThanTheServerWaitsEndsWithAnError() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (TestServer server = TestServer.start(Map.of(Setting.AUDIT_LOG, file.toString()))) {
      var stream = start(server, ",\"ignore_eos\":true,\"stream\":true", BodyHandlers.ofLines());
      var several =
          start(server, ",\"ignore_eos\":true,\"stream\":true,\"n\":2", BodyHandlers.ofLines());
      var whole = start(server, ",\"ignore_eos\":true", BodyHandlers.ofString());
      stream.get(20, TimeUnit.SECONDS);
      while (server.server.awaitReady().counters().running() < 4 && !whole.isDone()) {
        Thread.sleep(1);
      }
      assertFalse(server.server.drain(Duration.ofMillis(100)));
      for (var answer : List.of(stream, several)) {
        List<String> events =
            answer.get(20, TimeUnit.SECONDS).body().filter(line -> !line.isEmpty()).toList();
        JsonNode last = TestServer.JSON.readTree(events.getLast().replaceFirst("data: ", ""));
        assertEquals("shutting_down", last.at("/error/code").asText(), events.getLast());
      }
      HttpResponse<String> refused = whole.get(20, TimeUnit.SECONDS);
      assertEquals(503, refused.statusCode());
      assertEquals("1", refused.headers().firstValue("retry-after").orElse(""));
      assertTrue(refused.body().contains("\"shutting_down\""), refused.body());
      List<String> audit = Files.readAllLines(file);
      assertEquals(3, audit.stream().filter(line -> line.contains("\"shutting_down\"")).count());
    }
  }

  private static <T> CompletableFuture<HttpResponse<T>> start(
      TestServer server, String more, BodyHandler<T> body) {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
            .timeout(Duration.ofSeconds(30))
            .POST(BodyPublishers.ofString(TestServer.chat("Tell me a story.", more)))
            .build();
    return server.client.sendAsync(request, body);
  }

  @Test
  void whileTheModelLoadsTheServerSaysSo() throws Exception {
    CountDownLatch loaded = new CountDownLatch(1);
    JavelinServer loading =
        JavelinServer.start(
            Configuration.of(Profile.TESTING, Map.of()),
            () -> {
              try {
                loaded.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              throw new ModelNotReady("never");
            },
            new PrintStream(OutputStream.nullOutputStream()));
    try (TestServer server = TestServer.of(loading)) {
      assertEquals(200, server.get("/health").status());
      assertEquals("loading", server.get("/ready").json().get("status").asText());
      TestServer.Answer answer = server.post("/chat", TestServer.chat("Hi", ""));
      assertEquals(503, answer.status());
      assertFalse(answer.header("retry-after").isEmpty());
      loaded.countDown();
    }
  }
}
