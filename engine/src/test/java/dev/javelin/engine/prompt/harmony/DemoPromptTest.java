package dev.javelin.engine.prompt.harmony;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.Conversation;
import dev.javelin.engine.Message;
import dev.javelin.engine.ReasoningLevel;
import dev.javelin.engine.ResponseFormat;
import dev.javelin.engine.Tool;
import dev.javelin.engine.ToolCall;
import dev.javelin.engine.prompt.PromptFormat;
import dev.javelin.engine.prompt.PromptFormats;
import dev.javelin.engine.prompt.RecordingSink;
import dev.javelin.engine.prompt.SharedFiles;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.GgufFile;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The demo model's questions, from their API form to the very tokens that it was asked with, and
 * its answers back.
 */
class DemoPromptTest {
  private static final String MODEL = "demo/javelin-demo-harmony.gguf";

  @Test
  void everyQuestionRendersToItsTokens() throws IOException {
    try (GgufFile gguf = GgufFile.open(SharedFiles.path(MODEL))) {
      Tokenizer tokenizer = Tokenizer.of(gguf.metadata());
      PromptFormat format = PromptFormats.of(gguf.metadata(), tokenizer).orElseThrow();
      assertEquals("harmony", format.name());
      int sameIds = 0;
      List<JsonNode> questions = SharedFiles.lines("demo/eval.jsonl");
      for (JsonNode question : questions) {
        Conversation conversation = conversation(question);
        assertEquals(
            expected(question), format.renderText(conversation), question.path("id").asText());
        if (!question.has("tool_result")) {
          assertArrayEquals(ids(question.path("prompt_ids")), format.render(conversation));
          sameIds++;
        }
      }
      assertEquals(204, sameIds);
    }
  }

  @Test
  void everyAnswerIsReadBack() throws IOException {
    try (GgufFile gguf = GgufFile.open(SharedFiles.path(MODEL))) {
      Tokenizer tokenizer = Tokenizer.of(gguf.metadata());
      PromptFormat format = PromptFormats.of(gguf.metadata(), tokenizer).orElseThrow();
      for (JsonNode question : SharedFiles.lines("demo/eval.jsonl")) {
        RecordingSink sink = new RecordingSink();
        List<Tool> tools = conversation(question).tools();
        var parser = format.parser(tools, ids(question.path("prompt_ids")));
        for (int id : ids(question.path("answer_ids"))) {
          parser.accept(id, sink);
        }
        parser.end(sink);
        assertEquals(List.of(), sink.malformed);
        if (question.path("correct").asBoolean() && question.has("expect_call")) {
          assertEquals(List.of(question.path("expect_call").path("name").asText()), sink.callNames);
          JsonNode arguments = SharedFiles.parseJson(sink.callArguments.getFirst().toString());
          assertEquals(question.path("expect_call").path("arguments"), arguments);
        } else if (question.path("correct").asBoolean()
            && question.path("match").asText().equals("exact")) {
          assertEquals(question.path("expect").asText(), sink.content.toString());
        }
      }
    }
  }

  /**
   * The model wrote the call with its recipient behind the channel; in a history it stands where
   * OpenAI's renderer puts it.
   */
  private static String expected(JsonNode question) {
    String prompt = question.path("prompt").asText();
    String name = question.path("tool_result").path("name").asText();
    String written = "assistant<|channel|>commentary to=functions." + name;
    return prompt.replace(written, "assistant to=functions." + name + "<|channel|>commentary");
  }

  private static Conversation conversation(JsonNode question) {
    List<Message> messages = new ArrayList<>();
    if (question.has("instructions")) {
      messages.add(Message.system(question.path("instructions").asText()));
    }
    for (JsonNode message : question.path("messages")) {
      String content = message.path("content").asText();
      boolean user = message.path("role").asText().equals("user");
      messages.add(user ? Message.user(content) : Message.assistant(content));
    }
    if (question.has("tool_result")) {
      addToolUse(question, messages);
    }
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : question.path("tools")) {
      tools.add(
          new Tool(
              tool.path("name").asText(),
              tool.path("description").asText(),
              tool.get("parameters")));
    }
    return new Conversation(
        messages,
        tools,
        ReasoningLevel.parse(question.path("reasoning").asText()).orElseThrow(),
        responseFormat(question.path("response_format").asText("")),
        null,
        LocalDate.parse(question.path("current_date").asText()));
  }

  /**
   * The texts are those of the prompt: the model's own reasoning, and the result as the tool wrote
   * it.
   */
  private static void addToolUse(JsonNode question, List<Message> messages) {
    JsonNode use = question.path("tool_result");
    String prompt = question.path("prompt").asText();
    String name = use.path("name").asText();
    ToolCall call = new ToolCall("call_1", name, use.path("arguments").toString());
    messages.add(
        Message.assistant(
            "", between(prompt, "<|channel|>analysis<|message|>", "<|end|>"), List.of(call)));
    String result =
        between(
            prompt,
            "<|start|>functions." + name + " to=assistant<|channel|>commentary<|message|>",
            "<|end|>");
    messages.add(Message.tool("call_1", result));
  }

  private static String between(String text, String before, String after) {
    int from = text.indexOf(before) + before.length();
    return text.substring(from, text.indexOf(after, from));
  }

  private static ResponseFormat responseFormat(String section) {
    if (section.isEmpty()) {
      return null;
    }
    String[] parts = section.split("\n\n"); // "## name", the schema
    return new ResponseFormat(parts[0].substring(3), null, SharedFiles.parseJson(parts[1]));
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }
}
