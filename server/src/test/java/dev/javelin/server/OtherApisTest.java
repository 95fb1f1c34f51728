package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.server.config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OtherApisTest {
  private static final String TOOL_SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}";

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
  void completionsContinueTextsAndTokenLists() throws Exception {
    JsonNode json =
        server
            .post(
                "/v1/completions",
                "{\"prompt\":\"Once upon a time\",\"max_tokens\":8,\"echo\":true}")
            .json();
    assertEquals("text_completion", json.get("object").asText());
    assertTrue(json.at("/choices/0/text").asText().startsWith("Once upon a time"), json.toString());
    assertEquals(8, json.at("/usage/completion_tokens").asInt());
    assertEquals("length", json.at("/choices/0/finish_reason").asText());
    JsonNode ids =
        server.post("/tokenize", "{\"content\":\"Once upon a time\"}").json().get("tokens");
    JsonNode same =
        server.post("/v1/completions", "{\"prompt\":" + ids + ",\"max_tokens\":8}").json();
    assertEquals(
        json.at("/choices/0/text").asText(),
        "Once upon a time" + same.at("/choices/0/text").asText());
    JsonNode two =
        server
            .post("/v1/completions", "{\"prompt\":[\"One\",\"Two\"],\"n\":2,\"max_tokens\":3}")
            .json();
    assertEquals(4, two.get("choices").size());
    assertEquals(12, two.at("/usage/completion_tokens").asInt());
  }

  @Test
  void aModelIsFoundByItsNameWhateverItsLetters() throws Exception {
    String name = "somebody/100% model+2";
    try (TestServer named = TestServer.start(Map.of(Setting.MODEL_NAME, name))) {
      for (String path :
          List.of(
              "somebody%2F100%25%20model%2B2",
              "somebody%2f100%25%20model+2", "somebody/100%25%20model+2")) {
        TestServer.Answer answer = named.get("/v1/models/" + path);
        assertEquals(200, answer.status(), path);
        assertEquals(name, answer.json().get("id").asText());
      }
    }
  }

  @Test
  void aStreamedCompletionSaysTheSame() throws Exception {
    String body = "{\"prompt\":\"Once upon a time\",\"max_tokens\":12";
    String whole = server.post("/v1/completions", body + "}").json().at("/choices/0/text").asText();
    StringBuilder text = new StringBuilder();
    TestServer.Answer stream = server.post("/v1/completions", body + ",\"stream\":true}");
    stream.chunks().forEach(chunk -> text.append(chunk.at("/choices/0/text").asText()));
    assertEquals(whole, text.toString());
    assertEquals("[DONE]", stream.events().getLast());
  }

  @Test
  void anEchoHasNoLogProbabilities() throws Exception {
    TestServer.Answer answer =
        server.post("/v1/completions", "{\"prompt\":\"Once\",\"echo\":true,\"logprobs\":1}");
    assertEquals(501, answer.status(), answer.response().body());
    assertEquals("not_supported", answer.json().at("/error/code").asText());
    assertEquals("echo", answer.json().at("/error/param").asText());
  }

  @Test
  void minusOneStandsForNoLimitOfTokens() throws Exception {
    String question = "What is 17 + 25?";
    JsonNode usual = server.post("/chat", TestServer.chat(question, "")).json();
    assertEquals("stop", usual.get("finish_reason").asText());
    for (String field : List.of("max_tokens", "n_predict")) {
      JsonNode unlimited =
          server.post("/chat", TestServer.chat(question, ",\"" + field + "\":-1")).json();
      assertEquals(usual.get("text"), unlimited.get("text"), unlimited.toString());
      JsonNode text =
          server
              .post("/v1/completions", "{\"prompt\":\"Once upon a time\",\"" + field + "\":-1}")
              .json();
      assertTrue(text.at("/usage/completion_tokens").asInt() > 16, text.toString());
      for (int wrong : new int[] {0, -2}) {
        String body = TestServer.chat(question, ",\"" + field + "\":" + wrong);
        assertEquals(400, server.post("/chat", body).status(), body);
      }
    }
  }

  @Test
  void nativeEndpointsAnswerPromptsAndConversations() throws Exception {
    JsonNode generated =
        server
            .post("/generate", "{\"prompt\":\"What is 17 + 25?\",\"reasoning\":\"medium\"}")
            .json();
    assertTrue(generated.get("text").asText().contains("42"), generated.toString());
    JsonNode chat =
        server
            .post("/chat", TestServer.chat("What is 17 + 25?", ",\"reasoning_effort\":\"medium\""))
            .json();
    assertEquals(generated.get("text"), chat.get("text"));
    TestServer.Answer stream = server.post("/stream", "{\"prompt\":\"What is 17 + 25?\"}");
    StringBuilder text = new StringBuilder();
    for (JsonNode event : stream.chunks()) {
      text.append(event.has("finish_reason") ? "|" + event.get("text").asText() : "");
    }
    assertTrue(text.toString().contains("42"), text.toString());
    assertTrue(stream.response().body().contains("event: text\n"));
    JsonNode raw =
        server.post("/generate", "{\"prompt\":\"Once upon\",\"raw\":true,\"max_tokens\":4}").json();
    assertEquals("length", raw.get("finish_reason").asText());
  }

  @Test
  void tokensGoThereAndBack() throws Exception {
    String text = "Grüße, 世界!";
    JsonNode tokens =
        server.post("/tokenize", "{\"content\":\"" + text + "\",\"with_pieces\":true}").json();
    assertEquals(tokens.get("count").asInt(), tokens.get("tokens").size());
    List<Integer> ids = new ArrayList<>();
    tokens.get("tokens").forEach(token -> ids.add(token.get("id").asInt()));
    assertEquals(
        text,
        server.post("/detokenize", "{\"tokens\":" + ids + "}").json().get("content").asText());
    assertEquals(400, server.post("/detokenize", "{\"tokens\":[99999999]}").status());
    String prompt =
        server.post("/apply-template", TestServer.chat("Hi", "")).json().get("prompt").asText();
    assertTrue(
        prompt.startsWith("<|start|>system<|message|>") && prompt.endsWith("<|start|>assistant"),
        prompt);
    assertEquals(
        server.post("/tokenize", TestServer.chat("Hi", "")).json().get("count").asInt(),
        server.post("/chat", TestServer.chat("Hi", "")).json().at("/usage/prompt_tokens").asInt());
  }

  @Test
  void embeddingsAreRefusedByType() throws Exception {
    TestServer.Answer answer = server.post("/v1/embeddings", "{\"input\":\"x\"}");
    assertEquals(501, answer.status());
    assertEquals("not_supported_error", answer.json().at("/error/type").asText());
  }

  @Test
  void aResponseHasItsItemsInOrder() throws Exception {
    JsonNode json =
        server
            .post(
                "/v1/responses",
                "{\"input\":\"What is 17 + 25?\",\"reasoning\":{\"effort\":\"medium\"}}")
            .json();
    assertEquals("response", json.get("object").asText());
    assertEquals("completed", json.get("status").asText());
    assertEquals("reasoning", json.at("/output/0/type").asText(), json.toString());
    assertEquals("message", json.at("/output/1/type").asText());
    assertTrue(json.at("/output/1/content/0/text").asText().contains("42"));
    assertEquals(
        json.at("/usage/total_tokens").asInt(),
        json.at("/usage/input_tokens").asInt() + json.at("/usage/output_tokens").asInt());
    assertEquals(
        400,
        server
            .post("/v1/responses", "{\"input\":\"x\",\"previous_response_id\":\"resp_1\"}")
            .status());
    JsonNode cut =
        server
            .post("/v1/responses", "{\"input\":\"What is 17 + 25?\",\"max_output_tokens\":3}")
            .json();
    assertEquals("incomplete", cut.get("status").asText());
    assertEquals("max_output_tokens", cut.at("/incomplete_details/reason").asText());
  }

  @Test
  void aStreamedResponseAnnouncesAndClosesEachItem() throws Exception {
    TestServer.Answer answer =
        server.post(
            "/v1/responses",
            "{\"input\":\"What is 17 + 25?\",\"stream\":true,\"reasoning\":{\"effort\":\"medium\"}}");
    List<JsonNode> events = answer.chunks();
    List<String> types = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < events.size(); i++) {
      assertEquals(i, events.get(i).get("sequence_number").asInt());
      String type = events.get(i).get("type").asText();
      if (type.equals("response.output_text.delta")) {
        text.append(events.get(i).get("delta").asText());
      }
      if (types.isEmpty() || !types.getLast().equals(type)) {
        types.add(type);
      }
    }
    assertEquals(
        List.of(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.reasoning_text.delta",
            "response.reasoning_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed"),
        types);
    assertEquals(
        events.getLast().at("/response/output/1/content/0/text").asText(), text.toString());
  }

  @Test
  void aResponseTakesTheResultOfItsOwnCall() throws Exception {
    String tools =
        ",\"tools\":[{\"type\":\"function\",\"name\":\"get_time\",\"description\":\"Gets the time in a city.\","
            + "\"parameters\":"
            + TOOL_SCHEMA
            + "}]";
    String question = "{\"role\":\"user\",\"content\":\"How late is it in Berlin?\"}";
    JsonNode first =
        server.post("/v1/responses", "{\"input\":[" + question + "]" + tools + "}").json();
    JsonNode call = first.get("output").get(first.get("output").size() - 1);
    assertEquals("function_call", call.get("type").asText(), first.toString());
    StringBuilder items = new StringBuilder(question);
    first.get("output").forEach(item -> items.append(',').append(item));
    items
        .append(",{\"type\":\"function_call_output\",\"call_id\":")
        .append(call.get("call_id"))
        .append(",\"output\":\"{\\\"time\\\":\\\"01:25\\\"}\"}");
    JsonNode second =
        server.post("/v1/responses", "{\"input\":[" + items + "]" + tools + "}").json();
    assertEquals("completed", second.get("status").asText(), second.toString());
    assertTrue(second.toString().contains("01:25"), second.toString());
  }

  @Test
  void messagesAnswerInAnthropicsWords() throws Exception {
    String body =
        "{\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\"What is 17 + 25?\"}]";
    JsonNode json = server.post("/v1/messages", body + "}").json();
    assertEquals("message", json.get("type").asText());
    assertEquals("end_turn", json.get("stop_reason").asText());
    assertEquals("thinking", json.at("/content/0/type").asText(), json.toString());
    assertTrue(json.at("/content/1/text").asText().contains("42"));
    JsonNode counted = server.post("/v1/messages/count_tokens", body + "}").json();
    assertEquals(
        counted.get("input_tokens").asInt(),
        json.at("/usage/input_tokens").asInt() + json.at("/usage/cache_read_input_tokens").asInt());
    TestServer.Answer stream = server.post("/v1/messages", body + ",\"stream\":true}");
    List<String> types = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (JsonNode event : stream.chunks()) {
      String type = event.get("type").asText();
      text.append(event.at("/delta/text").asText(""));
      if (types.isEmpty() || !types.getLast().equals(type)) {
        types.add(type);
      }
    }
    assertEquals(json.at("/content/1/text").asText(), text.toString());
    assertEquals(
        List.of(
            "message_start",
            "ping",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop"),
        types);
    JsonNode stopped = server.post("/v1/messages", body + ",\"stop_sequences\":[\"=\"]}").json();
    assertEquals("stop_sequence", stopped.get("stop_reason").asText(), stopped.toString());
    assertEquals("=", stopped.get("stop_sequence").asText());
    TestServer.Answer error = server.post("/v1/messages", "{\"messages\":[]}");
    assertEquals(400, error.status());
    assertEquals("error", error.json().get("type").asText());
    assertFalse(error.json().at("/error/message").asText().isEmpty());
  }

  @Test
  void aMessageNamesTheStopSequenceThatEndedItsText() throws Exception {
    String body =
        "{\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\"What is 17 + 25?\"}],\"stop_sequences\":[\"42\",\"=\"]";
    JsonNode whole = server.post("/v1/messages", body + "}").json();
    assertTrue(whole.at("/content/0/thinking").asText().contains("42"), whole.toString());
    assertEquals("17 + 25 ", whole.at("/content/1/text").asText());
    assertEquals("stop_sequence", whole.get("stop_reason").asText());
    assertEquals("=", whole.get("stop_sequence").asText());
    TestServer.Answer stream = server.post("/v1/messages", body + ",\"stream\":true}");
    JsonNode delta = stream.chunks().get(stream.chunks().size() - 2).get("delta");
    assertEquals("=", delta.path("stop_sequence").asText(), delta.toString());
    JsonNode ended =
        server
            .post("/v1/messages", body.replace("\"=\"", "\"?\"").replace("\"42\"", "\"!\"") + "}")
            .json();
    assertEquals("end_turn", ended.get("stop_reason").asText());
    assertTrue(ended.get("stop_sequence").isNull(), ended.toString());
  }

  @Test
  void aMessageTakesTheResultOfItsOwnToolUse() throws Exception {
    String tools =
        ",\"max_tokens\":200,\"tools\":[{\"name\":\"get_time\",\"description\":\"Gets the time in a city.\",\"input_schema\":"
            + TOOL_SCHEMA
            + "}]}";
    String question = "{\"role\":\"user\",\"content\":\"How late is it in Berlin?\"}";
    JsonNode first = server.post("/v1/messages", "{\"messages\":[" + question + "]" + tools).json();
    assertEquals("tool_use", first.get("stop_reason").asText(), first.toString());
    JsonNode use = first.get("content").get(first.get("content").size() - 1);
    String rest =
        ",{\"role\":\"assistant\",\"content\":"
            + first.get("content")
            + "},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":"
            + use.get("id")
            + ",\"content\":\"{\\\"time\\\":\\\"01:25\\\"}\"}]}";
    JsonNode second =
        server.post("/v1/messages", "{\"messages\":[" + question + rest + "]" + tools).json();
    assertTrue(second.toString().contains("01:25"), second.toString());
  }
}
