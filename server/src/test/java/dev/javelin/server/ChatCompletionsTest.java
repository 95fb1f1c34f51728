package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChatCompletionsTest {
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
  void healthAndReadinessAnswer() throws Exception {
    assertEquals(200, server.get("/health").status());
    assertEquals("ready", server.get("/ready").json().get("status").asText());
    JsonNode info = server.get("/info").json();
    assertEquals("gpt-oss", info.at("/model/architecture").asText());
    assertTrue(info.at("/engine/kv_bytes").asLong() > 0);
  }

  @Test
  void modelsAreListedAndFoundByName() throws Exception {
    JsonNode list = server.get("/v1/models").json();
    assertEquals("list", list.get("object").asText());
    String id = list.at("/data/0/id").asText();
    assertEquals(id, server.get("/v1/models/" + id).json().get("id").asText());
    TestServer.Answer missing = server.get("/v1/models/gpt-9");
    assertEquals(404, missing.status());
    assertEquals("model_not_found", missing.json().at("/error/code").asText());
  }

  @Test
  void anAnswerHasAllFieldsThatClientsExpect() throws Exception {
    TestServer.Answer answer =
        server.post("/v1/chat/completions", TestServer.chat("What is 17 + 25?", ""));
    assertEquals(200, answer.status(), answer.response().body());
    JsonNode json = answer.json();
    assertEquals("chat.completion", json.get("object").asText());
    assertTrue(json.get("id").asText().startsWith("chatcmpl-"));
    JsonNode choice = json.at("/choices/0");
    assertEquals("stop", choice.get("finish_reason").asText());
    assertTrue(choice.has("logprobs") && choice.get("logprobs").isNull());
    JsonNode message = choice.get("message");
    assertEquals("assistant", message.get("role").asText());
    assertTrue(message.get("content").asText().contains("42"), message.toString());
    assertTrue(message.has("refusal") && message.get("refusal").isNull());
    assertEquals(message.get("reasoning"), message.get("reasoning_content"));
    JsonNode usage = json.get("usage");
    assertEquals(
        usage.get("total_tokens").asInt(),
        usage.get("prompt_tokens").asInt() + usage.get("completion_tokens").asInt());
    assertNotNull(usage.at("/prompt_tokens_details/cached_tokens"));
    assertTrue(
        usage.at("/completion_tokens_details/reasoning_tokens").asInt() > 0, usage.toString());
    assertNotNull(answer.header("x-request-id"));
  }

  @Test
  void aStreamSaysTheSameInTheOrderThatClientsInsistOn() throws Exception {
    String question = "What is 17 + 25?";
    JsonNode whole = server.post("/v1/chat/completions", TestServer.chat(question, "")).json();
    TestServer.Answer answer =
        server.post(
            "/v1/chat/completions",
            TestServer.chat(
                question, ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
    assertTrue(answer.header("content-type").startsWith("text/event-stream"));
    List<String> events = answer.events();
    assertEquals("[DONE]", events.getLast());
    List<JsonNode> chunks = answer.chunks();
    assertEquals("assistant", chunks.getFirst().at("/choices/0/delta/role").asText());
    StringBuilder content = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    TreeSet<String> ids = new TreeSet<>();
    for (JsonNode chunk : chunks) {
      ids.add(chunk.get("id").asText());
      assertEquals("chat.completion.chunk", chunk.get("object").asText());
      assertTrue(chunk.has("usage"));
      JsonNode delta = chunk.at("/choices/0/delta");
      if (chunk != chunks.getFirst()) {
        assertFalse(delta.has("role"));
        assertFalse(delta.has("content") && delta.get("content").asText().isEmpty());
      }
      content.append(delta.path("content").asText(""));
      reasoning.append(delta.path("reasoning_content").asText(""));
    }
    assertEquals(1, ids.size());
    JsonNode finish = chunks.get(chunks.size() - 2);
    assertEquals("stop", finish.at("/choices/0/finish_reason").asText());
    assertTrue(finish.at("/choices/0/delta").isEmpty());
    JsonNode last = chunks.getLast();
    assertTrue(last.get("choices").isEmpty());
    assertEquals(whole.at("/usage/completion_tokens"), last.at("/usage/completion_tokens"));
    assertEquals(whole.at("/choices/0/message/content").asText(), content.toString());
    assertEquals(whole.at("/choices/0/message/reasoning").asText(), reasoning.toString());
  }

  @Test
  void reasoningLevelsChangeTheAnswer() throws Exception {
    JsonNode low =
        server
            .post(
                "/v1/chat/completions",
                TestServer.chat("What is 17 + 25?", ",\"reasoning_effort\":\"low\""))
            .json();
    JsonNode high =
        server
            .post(
                "/v1/chat/completions",
                TestServer.chat("What is 17 + 25?", ",\"reasoning\":{\"effort\":\"high\"}"))
            .json();
    int lowTokens = low.at("/usage/completion_tokens_details/reasoning_tokens").asInt();
    int highTokens = high.at("/usage/completion_tokens_details/reasoning_tokens").asInt();
    assertTrue(lowTokens < highTokens, lowTokens + " and " + highTokens);
  }

  @Test
  void aToolCallIsReportedInBothForms() throws Exception {
    String tools =
        ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"description\":\"Get the weather in a city.\","
            + "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}}}]";
    String question = "What is the weather in Paris?";
    JsonNode whole = server.post("/v1/chat/completions", TestServer.chat(question, tools)).json();
    assertEquals("tool_calls", whole.at("/choices/0/finish_reason").asText(), whole.toString());
    JsonNode call = whole.at("/choices/0/message/tool_calls/0");
    assertEquals("get_weather", call.at("/function/name").asText());
    assertEquals("function", call.get("type").asText());
    assertTrue(TestServer.JSON.readTree(call.at("/function/arguments").asText()).has("city"));
    List<JsonNode> chunks =
        server
            .post("/v1/chat/completions", TestServer.chat(question, tools + ",\"stream\":true"))
            .chunks();
    StringBuilder arguments = new StringBuilder();
    int named = 0;
    for (JsonNode chunk : chunks) {
      JsonNode delta = chunk.at("/choices/0/delta/tool_calls/0");
      named += delta.has("id") ? 1 : 0;
      arguments.append(delta.at("/function/arguments").asText(""));
    }
    assertEquals(1, named);
    assertEquals(call.at("/function/arguments").asText(), arguments.toString());
    assertEquals("tool_calls", chunks.getLast().at("/choices/0/finish_reason").asText());
  }

  @Test
  void errorsNameTheFieldAndHaveAllFourParts() throws Exception {
    check(400, "invalid_value", "temperature", TestServer.chat("Hi", ",\"temperature\":\"hot\""));
    check(400, "invalid_value", "max_tokens", TestServer.chat("Hi", ",\"max_tokens\":0"));
    check(
        400,
        "invalid_reasoning_level",
        "reasoning_effort",
        TestServer.chat("Hi", ",\"reasoning_effort\":\"huge\""));
    check(400, "missing_required_parameter", "messages", "{}");
    check(
        400,
        "invalid_value",
        "messages[0].role",
        "{\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}");
    check(400, "invalid_json", null, "{\"messages\":");
    check(400, "unknown_parameter", "colour", TestServer.chat("Hi", ",\"colour\":1"));
    check(404, "model_not_found", "model", TestServer.chat("Hi", ",\"model\":\"gpt-9\""));
    check(400, "context_length_exceeded", "messages", TestServer.chat("word ".repeat(5000), ""));
  }

  private static void check(int status, String code, String param, String body) throws Exception {
    TestServer.Answer answer = server.post("/v1/chat/completions", body);
    assertEquals(status, answer.status(), answer.response().body());
    JsonNode error = answer.json().get("error");
    assertEquals(code, error.get("code").asText());
    assertEquals(param, error.get("param").isNull() ? null : error.get("param").asText());
    assertTrue(error.get("message").isTextual() && error.get("type").isTextual());
  }

  @Test
  void unknownRoutesAndMethodsAreRefused() throws Exception {
    assertEquals("route_not_found", server.get("/v2/nothing").json().at("/error/code").asText());
    TestServer.Answer wrong = server.get("/v1/chat/completions");
    assertEquals(405, wrong.status());
    assertEquals("POST", wrong.header("allow"));
  }

  @Test
  void severalAnswersComeWithTheirIndex() throws Exception {
    JsonNode json =
        server.post("/v1/chat/completions", TestServer.chat("Hello!", ",\"n\":3")).json();
    assertEquals(3, json.get("choices").size());
    assertEquals(2, json.at("/choices/2/index").asInt());
    TreeSet<Integer> indices = new TreeSet<>();
    TestServer.Answer stream =
        server.post("/v1/chat/completions", TestServer.chat("Hello!", ",\"n\":3,\"stream\":true"));
    stream.chunks().forEach(chunk -> indices.add(chunk.at("/choices/0/index").asInt()));
    assertEquals(List.of(0, 1, 2), List.copyOf(indices));
    assertEquals("[DONE]", stream.events().getLast());
  }
}
