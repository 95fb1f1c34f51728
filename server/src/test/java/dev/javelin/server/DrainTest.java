package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.ModelNotReady;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.Profile;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DrainTest {
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
