package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.ConfigurationException;
import dev.javelin.server.config.Profile;
import dev.javelin.server.config.Setting;
import dev.javelin.server.http.Access;
import dev.javelin.server.http.Route;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardsTest {
  @TempDir private Path folder;

  @Test
  void everyRouteButTheOpenOnesNeedsAKeyAndAdminRoutesTheRole() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.API_KEY, "user-key", Setting.ADMIN_KEY, "admin-key"))) {
      List<String> open = List.of("/health", "/ready", "/", "/app.css", "/app.js", "/icon.svg");
      for (Route route : server.server.routes()) {
        String path = route.path().replace("{id}", "x");
        boolean get = route.method().equals("GET");
        TestServer.Answer without = get ? server.get(path) : server.post(path, "{}");
        if (route.access() == Access.OPEN) {
          assertTrue(open.contains(route.path()), route.path() + " is open");
          assertEquals(200, without.status(), path);
          continue;
        }
        assertEquals(401, without.status(), path);
        assertEquals("Bearer", without.header("www-authenticate"));
        assertEquals(
            "error", without.json().has("type") ? without.json().get("type").asText() : "error");
        assertEquals(
            401,
            (get ? server.get(path, "X-Api-Key", "no") : server.post(path, "{}", "X-Api-Key", "no"))
                .status());
        int status =
            (get
                    ? server.get(path, "X-Api-Key", "user-key")
                    : server.post(path, "{}", "X-Api-Key", "user-key"))
                .status();
        if (route.access() == Access.ADMIN) {
          assertEquals(403, status, path);
        } else {
          assertTrue(status != 401 && status != 403, path);
        }
      }
      assertEquals(200, server.get("/v1/models", "Authorization", "Bearer user-key").status());
      assertEquals(
          200, server.post("/admin/warmup", "", "Authorization", "Bearer admin-key").status());
    }
  }

  @Test
  void aFileOfKeysIsReadAgainWhenItChanges() throws Exception {
    Path file = Files.writeString(folder.resolve("keys"), "# people\nanna use one-key\n");
    try (TestServer server = TestServer.start(Map.of(Setting.API_KEY_FILE, file.toString()))) {
      assertEquals(200, server.get("/info", "X-Api-Key", "one-key").status());
      Files.writeString(file, "anna use another-key\nberta admin third-key\n");
      Thread.sleep(1100);
      assertEquals(401, server.get("/info", "X-Api-Key", "one-key").status());
      assertEquals(200, server.get("/info", "X-Api-Key", "third-key").status());
      Files.writeString(file, "nonsense\n");
      Thread.sleep(1100);
      assertEquals(200, server.get("/info", "X-Api-Key", "third-key").status());
    }
  }

  @Test
  void aKeyWithoutAnyRequestsLeftIsToldWhenToComeBack() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.REQUESTS_PER_MINUTE, "3", Setting.API_KEY, "a,b"))) {
      for (int left = 2; left >= 0; left--) {
        TestServer.Answer answer = server.get("/v1/models", "X-Api-Key", "a");
        assertEquals(200, answer.status());
        assertEquals(Integer.toString(left), answer.header("x-ratelimit-remaining-requests"));
      }
      TestServer.Answer refused = server.get("/v1/models", "X-Api-Key", "a");
      assertEquals(429, refused.status());
      assertTrue(Integer.parseInt(refused.header("retry-after")) <= 20);
      assertEquals("rate_limit_exceeded", refused.json().at("/error/code").asText());
      assertEquals(200, server.get("/v1/models", "X-Api-Key", "b").status());
      assertEquals(200, server.get("/health").status());
    }
  }

  @Test
  void tokensAreCountedAfterwards() throws Exception {
    try (TestServer server = TestServer.start(Map.of(Setting.TOKENS_PER_MINUTE, "60"))) {
      assertEquals(200, server.post("/generate", "{\"prompt\":\"What is 17 + 25?\"}").status());
      assertEquals(429, server.post("/generate", "{\"prompt\":\"What is 17 + 25?\"}").status());
    }
  }

  @Test
  void tokensOfAStreamWhoseClientLeavesAreCountedToo() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (TestServer server =
        TestServer.start(
            Map.of(Setting.TOKENS_PER_MINUTE, "20", Setting.AUDIT_LOG, file.toString()))) {
      HttpRequest request =
          HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
              .timeout(Duration.ofSeconds(20))
              .POST(
                  BodyPublishers.ofString(
                      TestServer.chat("Tell me a story.", ",\"ignore_eos\":true,\"stream\":true")))
              .build();
      var answer = server.client.send(request, BodyHandlers.ofInputStream());
      assertEquals("20", answer.headers().firstValue("x-ratelimit-remaining-tokens").orElse(""));
      answer.body().readNBytes(4000);
      answer.body().close();
      awaitLines(file, 1);
      JsonNode line = TestServer.JSON.readTree(Files.readAllLines(file).getFirst());
      assertTrue(line.get("prompt_tokens").asInt() > 0, line.toString());
      assertTrue(line.get("completion_tokens").asInt() > 5, line.toString());
      assertEquals(429, server.post("/generate", "{\"prompt\":\"What is 17 + 25?\"}").status());
    }
  }

  @Test
  void bodiesBeyondTheLimitsAreRefused() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.MAX_BODY, "2k", Setting.MAX_PROMPT_TOKENS, "90"))) {
      TestServer.Answer large = server.post("/chat", TestServer.chat("x".repeat(3000), ""));
      assertEquals(413, large.status());
      assertEquals("request_too_large", large.json().at("/error/code").asText());
      assertEquals(400, server.post("/chat", "[".repeat(1000)).status());
      TestServer.Answer deep =
          server.post("/chat", "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}");
      assertEquals("invalid_json", deep.json().at("/error/code").asText());
      TestServer.Answer longPrompt = server.post("/chat", TestServer.chat("word ".repeat(100), ""));
      assertEquals("context_length_exceeded", longPrompt.json().at("/error/code").asText());
    }
  }

  @Test
  void aBodyThatTurnsOutTooLargeIsRefusedToo() throws Exception {
    try (TestServer server = TestServer.start(Map.of(Setting.MAX_BODY, "100k"))) {
      for (int i = 0; i < 5; i++) {
        assertTooLarge(server, "Transfer-Encoding: chunked", 3 << 20);
        assertTooLarge(server, "Content-Length: 3145728", 3 << 20);
      }
      assertEquals(200, server.get("/health").status());
    }
  }

  @Test
  void whoNeverEndsABodyThatIsTooLargeIsCutOffAfterTheAnswer() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.MAX_BODY, "2k", Setting.HEADER_TIMEOUT, "1s"))) {
      String head = "POST /tokenize HTTP/1.1\r\nHost: localhost\r\n";
      for (String body :
          List.of(
              "Transfer-Encoding: chunked\r\n\r\nbb8\r\n" + "x".repeat(3000) + "\r\n",
              "Content-Length: 3000\r\n\r\n",
              "Content-Length: 300000000000\r\n\r\n")) {
        String answer = raw(server, head + body);
        assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
        assertTrue(answer.contains("request_too_large"), answer);
      }
    }
  }

  /** Sends all of a body before it reads the answer, and reads that to its end. */
  private static void assertTooLarge(TestServer server, String length, int bytes)
      throws IOException {
    try (Socket socket = new Socket(server.uri("/").getHost(), server.uri("/").getPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      String head = "POST /tokenize HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
      out.write((head + length + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      byte[] piece = new byte[1 << 16];
      boolean chunked = length.endsWith("chunked");
      for (int sent = 0; sent < bytes; sent += piece.length) {
        out.write((chunked ? "10000\r\n" : "").getBytes(StandardCharsets.UTF_8));
        out.write(piece);
        out.write((chunked ? "\r\n" : "").getBytes(StandardCharsets.UTF_8));
      }
      out.write((chunked ? "0\r\n\r\n" : "").getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
      assertTrue(answer.contains("request_too_large"), answer);
    }
  }

  @Test
  void whoAsksBeforeSendingABodyIsAnsweredToo() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.MAX_BODY, "2k", Setting.API_KEY, "good"))) {
      TestServer.Answer large = asking(server, "/tokenize", "x".repeat(5000), "good");
      assertEquals(413, large.status());
      assertEquals("request_too_large", large.json().at("/error/code").asText());
      assertEquals(401, asking(server, "/tokenize", "x".repeat(5000), "bad").status());
      TestServer.Answer small = asking(server, "/tokenize", "{\"content\":\"Hello\"}", "good");
      assertEquals(1, small.json().get("count").asInt());
    }
  }

  /** As curl does it for large bodies: Expect: 100-continue. */
  private static TestServer.Answer asking(TestServer server, String path, String body, String key)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri(path))
            .expectContinue(true)
            .timeout(Duration.ofSeconds(20))
            .header("X-Api-Key", key)
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = server.client.send(request, BodyHandlers.ofString());
    return new TestServer.Answer(response.statusCode(), response);
  }

  @Test
  void whoComesWhenAllPlacesAreTakenIsTurnedAwayAtOnce() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.SEQUENCES, "1", Setting.MAX_QUEUE, "1"))) {
      String two = TestServer.chat("Hi", ",\"n\":2");
      assertEquals(200, server.post("/v1/chat/completions", two).status());
      HttpRequest endless =
          HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
              .timeout(Duration.ofSeconds(20))
              .POST(
                  BodyPublishers.ofString(
                      two.replace("}]", "}],\"ignore_eos\":true,\"stream\":true")))
              .build();
      var running = server.client.send(endless, BodyHandlers.ofInputStream());
      TestServer.Answer answer = server.post("/v1/chat/completions", TestServer.chat("Hi", ""));
      running.body().close();
      assertEquals(503, answer.status());
      assertEquals("queue_full", answer.json().at("/error/code").asText());
      assertNotNull(answer.header("retry-after"));
    }
  }

  @Test
  void whatCanNeverFindPlacesIsNotToldToTryAgain() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.SEQUENCES, "1", Setting.MAX_QUEUE, "1"))) {
      for (TestServer.Answer answer :
          List.of(
              server.post("/v1/chat/completions", TestServer.chat("Hi", ",\"n\":3")),
              server.post("/v1/completions", "{\"prompt\":[\"a\",\"b\",\"c\"]}"))) {
        assertEquals(400, answer.status());
        assertEquals("invalid_value", answer.json().at("/error/code").asText());
        assertTrue(answer.json().at("/error/message").asText().contains("at most 2"));
        assertNull(answer.header("retry-after"));
      }
    }
  }

  @Test
  void pagesOfOtherOriginsNeedToBeAllowed() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.CORS_ORIGIN, "https://good.example"))) {
      TestServer.Answer good = server.get("/v1/models", "Origin", "https://good.example");
      assertEquals(200, good.status());
      assertEquals("https://good.example", good.header("access-control-allow-origin"));
      TestServer.Answer bad = server.get("/v1/models", "Origin", "https://bad.example");
      assertEquals(403, bad.status());
      assertNull(bad.header("access-control-allow-origin"));
      List<String> asked = List.of("authorization,x-stainless-os,anthropic-beta", "content-type");
      for (String headers : asked) {
        var answer = server.client.send(preflight(server, headers), BodyHandlers.ofString());
        assertEquals(204, answer.statusCode());
        assertEquals(
            "POST", answer.headers().firstValue("access-control-allow-methods").orElse(""));
        assertEquals(
            headers, answer.headers().firstValue("access-control-allow-headers").orElse(""));
        assertEquals(
            List.of("Origin", "Access-Control-Request-Headers"),
            answer.headers().allValues("vary"));
      }
      assertTrue(
          raw(server, "GET /info HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
              .startsWith("HTTP/1.1 403"));
    }
  }

  private static HttpRequest preflight(TestServer server, String headers) {
    return HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
        .timeout(Duration.ofSeconds(20))
        .method("OPTIONS", BodyPublishers.noBody())
        .header("Origin", "https://good.example")
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", headers)
        .build();
  }

  private static String raw(TestServer server, String request) throws IOException {
    try (Socket socket = new Socket(server.uri("/").getHost(), server.uri("/").getPort())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aServerWithoutKeysStaysAtHome() {
    Configuration everywhere = Configuration.of(Profile.TESTING, Map.of(Setting.HOST, "0.0.0.0"));
    ConfigurationException refusal =
        assertThrows(ConfigurationException.class, () -> JavelinServer.start(everywhere));
    assertTrue(refusal.getMessage().contains("--allow-public"), refusal.getMessage());
  }

  @Test
  void tlsAnswersWithVersionOneThree() throws Exception {
    Path store = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                "secret-word")
            .inheritIO()
            .start();
    assertEquals(0, keytool.waitFor());
    Map<Setting, String> settings =
        Map.of(Setting.TLS_STORE, store.toString(), Setting.TLS_PASSWORD, "secret-word");
    try (TestServer server = TestServer.start(settings)) {
      KeyStore trusted = KeyStore.getInstance(store.toFile(), "secret-word".toCharArray());
      KeyStore certificates = KeyStore.getInstance("PKCS12");
      certificates.load(null, null);
      certificates.setCertificateEntry("server", trusted.getCertificate("server"));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(certificates);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
        HttpRequest request =
            HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        TestServer.chat("Hello!", ",\"stream\":true")))
                .build();
        var answer = client.send(request, BodyHandlers.ofString());
        assertEquals("https", server.uri("/").getScheme());
        assertEquals("TLSv1.3", answer.sslSession().orElseThrow().getProtocol());
        assertTrue(answer.body().endsWith("data: [DONE]\n\n"));
      }
    }
  }

  @Test
  void theAuditLogSaysWhoAndHowMuchButNeverWhat() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (TestServer server =
        TestServer.start(
            Map.of(Setting.AUDIT_LOG, file.toString(), Setting.API_KEY, "top-secret"))) {
      server.post(
          "/chat",
          TestServer.chat("What is 17 + 25?", ""),
          "X-Api-Key",
          "top-secret",
          "X-Request-Id",
          "my-id");
      awaitLines(file, 1);
      server.post("/chat", TestServer.chat("What is 17 + 25?", ""));
      awaitLines(file, 2);
      server.post("/admin/warmup", "", "X-Api-Key", "top-secret");
      awaitLines(file, 3);
    }
    List<String> lines = Files.readAllLines(file);
    JsonNode forbidden = TestServer.JSON.readTree(lines.get(2));
    assertEquals("key-1", forbidden.get("caller").asText(), "who was refused");
    assertEquals(403, forbidden.get("status").asInt());
    JsonNode line = TestServer.JSON.readTree(lines.getFirst());
    assertEquals("my-id", line.get("request_id").asText());
    assertEquals("key-1", line.get("caller").asText());
    assertEquals("stop", line.get("outcome").asText());
    assertTrue(line.get("completion_tokens").asInt() > 0);
    assertEquals(401, TestServer.JSON.readTree(lines.get(1)).get("status").asInt());
    assertFalse(
        String.join("", lines).contains("What is")
            || String.join("", lines).contains("top-secret"));
  }

  /** A line is written when the answer has been sent. */
  private static void awaitLines(Path file, int count) throws Exception {
    for (int i = 0; i < 500 && Files.readAllLines(file).size() < count; i++) {
      Thread.sleep(10);
    }
  }

  @Test
  void aRepeatedDeterministicRequestComesFromTheCacheWordForWord() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.CACHE, "true", Setting.API_KEY, "a,b"))) {
      String body =
          TestServer.chat("What is 17 + 25?", ",\"temperature\":0,\"reasoning_effort\":\"high\"");
      for (String request :
          List.of(body, body.replace("\"temperature\"", "\"stream\":true,\"temperature\""))) {
        server.post("/v1/chat/completions", body, "X-Api-Key", "b");
        String first = normal(server.post("/v1/chat/completions", request, "X-Api-Key", "a"));
        String second = normal(server.post("/v1/chat/completions", request, "X-Api-Key", "a"));
        assertEquals(first, second);
      }
      String metrics = server.get("/metrics", "X-Api-Key", "a").response().body();
      assertTrue(
          metrics.contains(
              "javelin_answer_cache_hits_total{model_name=\"javelin-demo-harmony\"} 4.0"),
          metrics);
      String hot = TestServer.chat("What is 17 + 25?", ",\"temperature\":0.5");
      server.post("/v1/chat/completions", hot, "X-Api-Key", "a");
      server.post("/v1/chat/completions", hot, "X-Api-Key", "a");
      assertTrue(
          server
              .get("/metrics", "X-Api-Key", "a")
              .response()
              .body()
              .contains("answer_cache_hits_total{model_name=\"javelin-demo-harmony\"} 4.0"));
    }
  }

  /** An answer without what differs from time to time. */
  private static String normal(TestServer.Answer answer) {
    return answer
        .response()
        .body()
        .replaceAll("\"id\":\"[^\"]*\"", "")
        .replaceAll("\"created\":[0-9]+", "")
        .replaceAll("\"cached_tokens\":[0-9]+", "")
        .replaceAll("\"timings\":\\{[^}]*}", "");
  }

  @Test
  void metricsHaveAHelpATypeAndALabelEach() throws Exception {
    try (TestServer server = TestServer.start()) {
      server.post("/chat", TestServer.chat("Hello!", ""));
      String[] lines = server.get("/metrics").response().body().split("\n");
      String declared = "";
      for (String line : lines) {
        if (line.startsWith("# TYPE ")) {
          declared = line.split(" ")[2];
        } else if (!line.startsWith("# HELP ")) {
          assertTrue(line.matches("[a-z0-9_]+\\{.*} [-0-9.E]+"), line);
          assertTrue(line.startsWith(declared), line);
        }
      }
      assertTrue(String.join("\n", lines).contains("javelin_time_to_first_token_seconds_count"));
    }
  }
}
