package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SamplingTest {
  private static final JsonMapper JSON = new JsonMapper();

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
  void logProbabilitiesOfAChatCoverItsTextExactly() throws Exception {
    JsonNode json =
        server
            .post(
                "/v1/chat/completions",
                TestServer.chat("What is 17 + 25?", ",\"logprobs\":true,\"top_logprobs\":3"))
            .json();
    StringBuilder text = new StringBuilder();
    for (JsonNode token : json.at("/choices/0/logprobs/content")) {
      text.append(token.get("token").asText());
      assertTrue(token.get("logprob").asDouble() <= 0);
      assertEquals(3, token.get("top_logprobs").size());
      assertEquals(token.get("token"), token.at("/top_logprobs/0/token"));
    }
    assertFalse(text.isEmpty());
    assertEquals(json.at("/choices/0/message/content").asText(), text.toString());
  }

  @Test
  void logProbabilitiesOfCompletionsComeInFourLists() throws Exception {
    JsonNode two =
        server
            .post(
                "/v1/completions",
                "{\"prompt\":[\"One\",\"Two\"],\"n\":2,\"max_tokens\":3,\"logprobs\":2}")
            .json();
    assertEquals(3, two.at("/choices/3/logprobs/tokens").size(), two.toString());
    assertEquals(3, two.at("/choices/3/logprobs/text_offset").size());
    assertEquals(2, two.at("/choices/3/logprobs/top_logprobs/0").size());
  }

  @Test
  void logProbabilitiesCoverTheTextWhateverStopStringsHeldBack() throws Exception {
    for (String stop : List.of("\"42.X\"", "\"25 = 42.\\n\\n\"", "[\"25 = 43\",\"42\"]")) {
      String body = TestServer.chat("What is 17 + 25?", ",\"logprobs\":true,\"stop\":" + stop);
      JsonNode whole = server.post("/v1/chat/completions", body).json().at("/choices/0");
      String content = whole.at("/message/content").asText();
      assertTrue(content.startsWith("17 + 25 = "), content);
      assertEquals(content, joined(whole.at("/logprobs/content")), stop);
      StringBuilder streamed = new StringBuilder();
      for (JsonNode chunk :
          server
              .post("/v1/chat/completions", body.replace("\"stop\"", "\"stream\":true,\"stop\""))
              .chunks()) {
        streamed.append(joined(chunk.at("/choices/0/logprobs/content")));
        assertTrue(
            content.startsWith(streamed.toString())
                && chunk.at("/choices/0/delta/content").asText("").isEmpty()
                    == chunk.at("/choices/0/logprobs/content").isEmpty(),
            chunk.toString());
      }
      assertEquals(content, streamed.toString(), stop);
    }
  }

  private static String joined(JsonNode tokens) {
    StringBuilder text = new StringBuilder();
    tokens.forEach(token -> text.append(token.get("token").asText()));
    return text.toString();
  }

  @Test
  void logProbabilitiesOfCompletionsCoverTheTextAndSayWhereTheirTokensBegin() throws Exception {
    String body = "{\"prompt\":\"Once upon a time\",\"max_tokens\":8,\"logprobs\":0";
    String text = server.post("/v1/completions", body + "}").json().at("/choices/0/text").asText();
    for (int from = 0; from < text.length(); from += 5) {
      String neverMet = JSON.writeValueAsString(text.substring(from) + "~");
      JsonNode held = server.post("/v1/completions", body + ",\"stop\":" + neverMet + "}").json();
      JsonNode lists = held.at("/choices/0/logprobs");
      StringBuilder joined = new StringBuilder();
      for (int i = 0; i < lists.get("tokens").size(); i++) {
        assertEquals(joined.length(), lists.at("/text_offset/" + i).asInt(), lists.toString());
        joined.append(lists.at("/tokens/" + i).asText());
      }
      assertEquals(text, joined.toString(), neverMet);
    }
  }

  @Test
  void aByteThatIsNoTextComesWithItsOwnReplacement() throws Exception {
    int offset = 0;
    for (JsonNode chunk :
        server
            .post(
                "/v1/completions",
                "{\"prompt\":\"A\",\"max_tokens\":3,\"logprobs\":0,\"stream\":true,\"logit_bias\":{\"240\":100}}")
            .chunks()) {
      if (!chunk.at("/choices/0/text").asText().isEmpty()) {
        JsonNode offsets = chunk.at("/choices/0/logprobs/text_offset");
        assertEquals(JSON.createArrayNode().add(offset++), offsets, chunk.toString());
      }
    }
    assertEquals(3, offset);
  }

  @Test
  void aSeedMakesHotAnswersRepeatable() throws Exception {
    String hot =
        "{\"prompt\":\"Once upon a time\",\"max_tokens\":24,\"temperature\":1.5,\"ignore_eos\":true,\"seed\":";
    String first = server.post("/v1/completions", hot + "7}").json().at("/choices/0/text").asText();
    assertEquals(
        first, server.post("/v1/completions", hot + "7}").json().at("/choices/0/text").asText());
    assertNotEquals(
        first, server.post("/v1/completions", hot + "8}").json().at("/choices/0/text").asText());
    JsonNode two = server.post("/v1/completions", hot + "7,\"n\":2}").json();
    assertEquals(first, two.at("/choices/0/text").asText());
    assertNotEquals(first, two.at("/choices/1/text").asText());
  }

  @Test
  void presenceAndFrequencyPenaltiesSpareWhatOnlyThePromptHolds() throws Exception {
    String start = "Once upon a time";
    String story = start + completion("\"" + start + "\"", 60, "");
    JsonNode ids =
        server
            .post("/tokenize", JSON.createObjectNode().put("content", story).toString())
            .json()
            .get("tokens");
    int compared = 0;
    int repetitionsAvoided = 0;
    ArrayNode prompt = JSON.createArrayNode();
    for (JsonNode id : ids) {
      if (prompt.size() > 10 && holds(prompt, id)) {
        String usual = completion(prompt.toString(), 1, "");
        String penalties = ",\"presence_penalty\":2,\"frequency_penalty\":2";
        assertEquals(usual, completion(prompt.toString(), 1, penalties));
        String repetition = ",\"repetition_penalty\":100";
        assertEquals(usual, completion(prompt.toString(), 1, repetition + ",\"repeat_last_n\":0"));
        repetitionsAvoided +=
            usual.equals(completion(prompt.toString(), 1, repetition + ",\"repeat_last_n\":-1"))
                ? 0
                : 1;
        compared++;
      }
      prompt.add(id);
    }
    assertTrue(compared > 10, "compared " + compared);
    assertTrue(repetitionsAvoided > 5, "avoided " + repetitionsAvoided);
    assertNotEquals(story, start + completion("\"" + start + "\"", 60, ",\"frequency_penalty\":2"));
  }

  private static boolean holds(ArrayNode array, JsonNode wanted) {
    for (JsonNode element : array) {
      if (element.equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static String completion(String prompt, int tokens, String more) throws Exception {
    return server
        .post(
            "/v1/completions",
            "{\"prompt\":%s,\"max_tokens\":%d,\"temperature\":0,\"ignore_eos\":true%s}"
                .formatted(prompt, tokens, more))
        .json()
        .at("/choices/0/text")
        .asText();
  }

  @Test
  void aBiasOfMinusHundredBansAToken() throws Exception {
    String body = "{\"prompt\":\"Once upon a time\",\"max_tokens\":1";
    String usual = server.post("/v1/completions", body + "}").json().at("/choices/0/text").asText();
    int id =
        server.post("/tokenize", "{\"content\":\"" + usual + "\"}").json().at("/tokens/0").asInt();
    String other =
        server
            .post("/v1/completions", body + ",\"logit_bias\":{\"" + id + "\":-100}}")
            .json()
            .at("/choices/0/text")
            .asText();
    assertNotEquals(usual, other);
  }
}
