package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes in, the answer is a 4xx (or the 501 of an unsupported wish) with a proper body.
 */
class MalformedRequestsTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void someHundredMalformedRequestsGetAProperAnswer() throws Exception {
    send(600, 1);
  }

  @Test
  void modelNamesWithWrongEscapesAreUnknownNames() throws Exception {
    for (String name : new String[] {"%25zz", "100%25", "%2525", "a%2Bb"}) {
      HttpRequest request =
          HttpRequest.newBuilder(server.uri("/v1/models/" + name))
              .timeout(Duration.ofSeconds(30))
              .build();
      HttpResponse<String> answer = server.client.send(request, BodyHandlers.ofString());
      assertEquals(404, answer.statusCode(), name);
      JsonNode error = TestServer.JSON.readTree(answer.body()).get("error");
      assertEquals("model_not_found", error.get("code").asText());
      String decoded = URLDecoder.decode(name, StandardCharsets.UTF_8);
      assertTrue(error.get("message").asText().startsWith("the model " + decoded + " "), name);
    }
  }

  @Test
  @Tag("acceptance")
  void tenThousandMalformedRequestsGetAProperAnswer() throws Exception {
    long start = System.nanoTime();
    send(10_000, 2);
    AcceptanceRow.write(
        "10,000 malformed requests",
        "4xx/501 only, " + (System.nanoTime() - start) / 1_000_000_000 + " s",
        "only 4xx, never 500");
  }

  private static void send(int count, long seed) throws Exception {
    MalformedRequests requests = new MalformedRequests(seed);
    for (int i = 0; i < count; i++) {
      MalformedRequests.Request bad = requests.next();
      HttpRequest request =
          HttpRequest.newBuilder(server.uri(bad.path()))
              .timeout(Duration.ofSeconds(30))
              .method(bad.method(), BodyPublishers.ofString(bad.body()))
              .build();
      HttpResponse<String> answer = server.client.send(request, BodyHandlers.ofString());
      String about = i + ": " + bad + " -> " + answer.statusCode() + " " + answer.body();
      assertTrue(
          answer.statusCode() >= 400 && answer.statusCode() < 500 || answer.statusCode() == 501,
          about);
      JsonNode error = TestServer.JSON.readTree(answer.body()).get("error");
      assertTrue(
          error.get("message").isTextual() && error.get("type").isTextual() && error.has("code"),
          about);
      assertFalse(answer.body().contains("Exception") || answer.body().contains("\tat "), about);
    }
    assertEquals(200, server.get("/health").status());
  }
}
