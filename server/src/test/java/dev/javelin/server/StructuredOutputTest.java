package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.server.config.Setting;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StructuredOutputTest {
  private static final String TOOLS =
      ",\"tools\":[" + tool("get_time", "city") + "," + tool("get_price", "item") + "]";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of(Setting.CACHE, "true"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String tool(String name, String argument) {
    return "{\"type\":\"function\",\"function\":{\"name\":\""
        + name
        + "\",\"parameters\":{\"type\":\"object\",\"properties\":{\""
        + argument
        + "\":{\"type\":\"string\",\"maxLength\":20}},\"required\":[\""
        + argument
        + "\"],\"additionalProperties\":false}}}";
  }

  private static JsonNode chat(String question, String more) throws Exception {
    TestServer.Answer answer = server.post("/v1/chat/completions", TestServer.chat(question, more));
    assertEquals(200, answer.status(), answer.response().body());
    return answer.json();
  }

  @Test
  void anAnswerObeysTheSchemaOfItsFormat() throws Exception {
    String format =
        ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"sum\",\"strict\":true,\"schema\":{\"type\":\"object\","
            + "\"properties\":{\"verdict\":{\"enum\":[\"maybe\",\"never\"]},\"count\":{\"type\":\"integer\",\"minimum\":3,\"maximum\":5}},"
            + "\"required\":[\"verdict\",\"count\"],\"additionalProperties\":false}}}";
    JsonNode message = chat("What is 17 + 25?", format).at("/choices/0/message");
    JsonNode json = TestServer.JSON.readTree(message.get("content").asText());
    assertTrue(json.get("verdict").asText().matches("maybe|never"), message.toString());
    assertTrue(json.get("count").asInt() >= 3 && json.get("count").asInt() <= 5);
    JsonNode object =
        chat("Hello!", ",\"max_tokens\":80,\"response_format\":{\"type\":\"json_object\"}");
    assertTrue(
        TestServer.JSON.readTree(object.at("/choices/0/message/content").asText()).isObject(),
        object.toString());
  }

  @Test
  void regexChoiceAndGrammarAreObeyedAndNotMistakenForEachOther() throws Exception {
    String plain = ",\"reasoning_effort\":\"low\"";
    assertEquals(
        "no",
        chat("Hello!", plain + ",\"choice\":[\"no\"]").at("/choices/0/message/content").asText());
    assertEquals(
        "never",
        chat("Hello!", plain + ",\"choice\":[\"never\"]")
            .at("/choices/0/message/content")
            .asText());
    assertTrue(
        chat("Hello!", plain + ",\"regex\":\"[0-9]{3}\"")
            .at("/choices/0/message/content")
            .asText()
            .matches("[0-9]{3}"));
    String grammar = ",\"grammar\":\"root ::= \\\"a\\\" \\\"b\\\"?\"";
    assertTrue(
        chat("Hello!", plain + grammar).at("/choices/0/message/content").asText().matches("ab?"));
    JsonNode text =
        server.post("/v1/completions", "{\"prompt\":\"One\",\"choice\":[\"xyz\"]}").json();
    assertEquals("xyz", text.at("/choices/0/text").asText());
  }

  @Test
  void aCallThatIsRequiredOrNamedIsMade() throws Exception {
    JsonNode required = chat("Hello!", TOOLS + ",\"tool_choice\":\"required\"");
    assertEquals(
        "tool_calls", required.at("/choices/0/finish_reason").asText(), required.toString());
    JsonNode named =
        chat(
            "How late is it in Berlin?",
            TOOLS
                + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_price\"}}");
    JsonNode call = named.at("/choices/0/message/tool_calls/0/function");
    assertEquals("get_price", call.get("name").asText(), named.toString());
    assertTrue(TestServer.JSON.readTree(call.get("arguments").asText()).get("item").isTextual());
    JsonNode none = chat("How late is it in Berlin?", TOOLS + ",\"tool_choice\":\"none\"");
    assertEquals("stop", none.at("/choices/0/finish_reason").asText());
    JsonNode message =
        server
            .post(
                "/v1/messages",
                "{\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}],\"tool_choice\":{\"type\":\"any\"},"
                    + "\"tools\":[{\"name\":\"get_time\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"city\":{\"const\":\"Rome\"}},\"required\":[\"city\"]}}]}")
            .json();
    assertEquals("tool_use", message.get("stop_reason").asText(), message.toString());
    assertEquals(
        "Rome",
        message.get("content").get(message.get("content").size() - 1).at("/input/city").asText());
  }

  @Test
  void whatCannotBeEnforcedIsRefusedWithItsPlace() throws Exception {
    TestServer.Answer answer =
        server.post(
            "/v1/chat/completions",
            TestServer.chat(
                "Hi",
                ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"type\":\"object\",\"properties\":"
                    + "{\"a\":{\"$ref\":\"#/nowhere\"}}}}}"));
    assertEquals(400, answer.status(), answer.response().body());
    assertEquals("response_format", answer.json().at("/error/param").asText());
    assertTrue(
        answer.json().at("/error/message").asText().contains("/properties/a"),
        answer.response().body());
    assertEquals(400, server.post("/chat", TestServer.chat("Hi", ",\"regex\":\"(\"")).status());
    assertEquals(
        400,
        server
            .post("/chat", TestServer.chat("Hi", ",\"regex\":\"a\",\"choice\":[\"b\"]"))
            .status());
    assertEquals(
        400, server.post("/chat", TestServer.chat("Hi", ",\"tool_choice\":\"required\"")).status());
  }
}
