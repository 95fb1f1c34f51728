package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.server.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void aFormatIsObeyedOnEveryRouteThatTakesOne() throws Exception {
    String schema =
        "{\"type\":\"object\",\"properties\":{\"verdict\":{\"const\":\"maybe\"}},\"required\":[\"verdict\"],\"additionalProperties\":false}";
    String openAi =
        ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":SCHEMA}}}";
    String format = "{\"type\":\"json_schema\",\"schema\":SCHEMA}";
    String message =
        "{\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]";
    String[][] requests = {
      {"/v1/completions", "{\"prompt\":\"Once\"" + openAi, "/choices/0/text"},
      {"/generate", "{\"prompt\":\"Once\",\"raw\":true" + openAi, "/text"},
      {"/generate", "{\"prompt\":\"Hello!\"" + openAi, "/text"},
      {"/chat", TestServer.chat("Hello!", openAi.substring(0, openAi.length() - 1)), "/text"},
      {
        "/v1/responses",
        "{\"input\":\"Hello!\",\"text\":{\"format\":" + format + "}}",
        "/output/1/content/0/text"
      },
      {
        "/v1/messages",
        message + ",\"output_config\":{\"effort\":\"medium\",\"format\":" + format + "}}",
        "/content/1/text"
      },
      {"/v1/messages", message + ",\"output_format\":" + format + "}", "/content/1/text"}
    };
    for (String[] request : requests) {
      JsonNode answer = server.post(request[0], request[1].replace("SCHEMA", schema)).json();
      String text = answer.at(request[2]).asText();
      assertEquals(
          TestServer.JSON.createObjectNode().put("verdict", "maybe"),
          TestServer.JSON.readTree(text),
          answer.toString());
      String impossible = request[1].replace("SCHEMA", "{\"$ref\":\"#/nowhere\"}");
      assertEquals(400, server.post(request[0], impossible).status(), impossible);
    }
    String object = ",\"max_tokens\":80,\"response_format\":{\"type\":\"json_object\"}}";
    String raw =
        server
            .post("/generate", "{\"prompt\":\"Once\",\"raw\":true" + object)
            .json()
            .get("text")
            .asText();
    assertTrue(TestServer.JSON.readTree(raw).isObject(), raw);
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
  void theChatTemplateOfTheSettingsIsUsedAndItsCallsAreEnforced(@TempDir Path folder)
      throws Exception {
    Path template = folder.resolve("chat.jinja");
    Files.writeString(
        template,
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
            + "<|im_start|>assistant\n{# <tool_call> #}");
    try (TestServer tagged = TestServer.start(Map.of(Setting.CHAT_TEMPLATE, template.toString()))) {
      String more = TOOLS + ",\"tool_choice\":\"required\",\"parallel_tool_calls\":false";
      JsonNode answer = tagged.post("/v1/chat/completions", TestServer.chat("Hello!", more)).json();
      JsonNode choice = answer.at("/choices/0");
      assertEquals("tool_calls", choice.path("finish_reason").asText(), answer.toString());
      assertEquals(1, choice.at("/message/tool_calls").size());
      StringBuilder arguments = new StringBuilder();
      for (JsonNode chunk :
          tagged
              .post("/v1/chat/completions", TestServer.chat("Hello!", more + ",\"stream\":true"))
              .chunks()) {
        arguments.append(chunk.at("/choices/0/delta/tool_calls/0/function/arguments").asText(""));
      }
      assertTrue(TestServer.JSON.readTree(arguments.toString()).isObject(), arguments.toString());
    }
  }

  @Test
  void anAnswerThatWasCutSaysSoWholeAndStreamed() throws Exception {
    String cut =
        ",\"max_tokens\":7,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":"
            + "{\"const\":\"a text that needs many more tokens than that\"}}}";
    JsonNode whole = chat("Hello!", cut).at("/choices/0");
    assertEquals("length", whole.get("finish_reason").asText());
    assertEquals("false", whole.path("obeys_rules").asText(), whole.toString());
    TestServer.Answer stream =
        server.post("/v1/chat/completions", TestServer.chat("Hello!", cut + ",\"stream\":true"));
    JsonNode last = stream.chunks().getLast().at("/choices/0");
    assertEquals("length", last.get("finish_reason").asText());
    assertEquals("false", last.path("obeys_rules").asText(), last.toString());
    String text = "{\"prompt\":\"A\",\"max_tokens\":2,\"regex\":\"[0-9]{40}\"";
    JsonNode completion = server.post("/v1/completions", text + "}").json();
    assertEquals("false", completion.at("/choices/0/obeys_rules").asText());
    stream = server.post("/v1/completions", text + ",\"stream\":true}");
    assertEquals("false", stream.chunks().getLast().at("/choices/0/obeys_rules").asText());
    JsonNode fine = chat("Hello!", ",\"regex\":\"[0-9]{3}\"").at("/choices/0");
    assertTrue(fine.path("obeys_rules").isMissingNode(), fine.toString());
  }

  @Tag("acceptance")
  @Test
  void requiredAndNamedCallsAreMadeForTwoHundredPrompts() throws Exception {
    String[] questions = {
      "What is %d + 25?", "How late is it in Berlin, %d?", "Tell me %d words.", "Hello %d!"
    };
    for (int i = 0; i < 200; i++) {
      String question = String.format(questions[i % questions.length], i);
      String sampling = ",\"temperature\":1,\"seed\":" + i;
      JsonNode required = chat(question, TOOLS + ",\"tool_choice\":\"required\"" + sampling);
      assertCalls(required, "get_time|get_price");
      String wanted = i % 2 == 0 ? "get_time" : "get_price";
      JsonNode named =
          chat(
              question,
              TOOLS
                  + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\""
                  + wanted
                  + "\"}}"
                  + sampling);
      assertCalls(named, wanted);
    }
    AcceptanceRow.write(
        "tool_choice required and named, honoured", "200 and 200 of 200 prompts", "all");
  }

  private static void assertCalls(JsonNode answer, String names) throws Exception {
    JsonNode choice = answer.at("/choices/0");
    assertEquals("tool_calls", choice.get("finish_reason").asText(), answer.toString());
    JsonNode call = choice.at("/message/tool_calls/0/function");
    assertTrue(call.get("name").asText().matches(names), answer.toString());
    JsonNode arguments = TestServer.JSON.readTree(call.get("arguments").asText());
    String key = call.get("name").asText().equals("get_time") ? "city" : "item";
    assertEquals(1, arguments.size(), answer.toString());
    assertTrue(arguments.get(key).isTextual(), answer.toString());
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
