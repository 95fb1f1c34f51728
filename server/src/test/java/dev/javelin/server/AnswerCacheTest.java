package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.server.config.Setting;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of(Setting.CACHE, "true"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void listsThatPrintAlikeAreNotMistakenForEachOther() throws Exception {
    assertEquals("yes, no", content("Is 7 more than 5?", ",\"choice\":[\"yes, no\"]"));
    String answer = content("Is 7 more than 5?", ",\"choice\":[\"yes\",\"no\"]");
    assertTrue(answer.matches("yes|no"), answer);
    assertTrue(content("What is 17 + 25?", ",\"stop\":[\"=, 2\"]").contains("42"));
    assertEquals("17 + ", content("What is 17 + 25?", ",\"stop\":[\"=\",\"2\"]"));
  }

  @Test
  void textsWithoutAFormInUtf8AreNotMistakenForOthers() throws Exception {
    String more = ",\"choice\":[\"a?b\"],\"stop\":";
    assertEquals("a", content("Hello!", more + "\"?\""));
    assertEquals("a?b", content("Hello!", more + "\"\\ud800\""));
  }

  private static String content(String question, String more) throws Exception {
    return chat(question, more).at("/choices/0/message/content").asText();
  }

  private static JsonNode chat(String question, String more) throws Exception {
    return server.post("/v1/chat/completions", TestServer.chat(question, more)).json();
  }

  @Test
  void aRepeatedAnswerCountsItsWholePromptAsCachedAndTookNoTime() throws Exception {
    JsonNode first = chat("What is 3 + 4?", "");
    JsonNode second = chat("What is 3 + 4?", "");
    assertTrue(first.at("/timings/decode_ms").asDouble() > 0, first.toString());
    assertEquals(first.get("choices"), second.get("choices"));
    JsonNode usage = second.get("usage");
    assertEquals(first.at("/usage/total_tokens"), usage.get("total_tokens"));
    assertEquals(
        usage.get("prompt_tokens"),
        usage.at("/prompt_tokens_details/cached_tokens"),
        usage.toString());
    second.get("timings").forEach(time -> assertEquals(0, time.asDouble(), second.toString()));
  }
}
