package dev.javelin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.sampling.SamplingParameters;
import java.io.IOException;
import java.util.Optional;

/**
 * One line of a file of questions: {@code messages} and what the answer must be. Beside a chat
 * request's keys it may have {@code instructions} (a system message), {@code reasoning}, {@code
 * tool_result} ({@code name, arguments, result}: a call that was made); {@code expect} is the whole
 * answer, or with {@code "match": "story"} what it must tell of, and {@code expect_call} the call.
 */
final class Question {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int MOST_TOKENS = 512;
  private static final String ANALYSIS = "<|channel|>analysis<|message|>";
  private static final String END = "<|end|>";

  private final JsonNode json;

  private Question(JsonNode json) {
    this.json = json;
  }

  static Question read(String line) throws IOException {
    JsonNode json = MAPPER.readTree(line);
    if (!json.path("messages").isArray() || !(json.has("expect") || json.has("expect_call"))) {
      throw new IOException(
          "a question must have \"messages\" and \"expect\" or \"expect_call\": " + line);
    }
    return new Question(json);
  }

  boolean isAnsweredBy(LanguageModel model) throws IOException {
    var conversation = RequestConversation.of(request(), null);
    return matches(
        model.generate(
            GenerationRequest.chat(conversation)
                .sampling(SamplingParameters.GREEDY)
                .maxTokens(MOST_TOKENS)
                .build()));
  }

  private boolean matches(GenerationResult result) throws IOException {
    if (json.has("expect_call")) {
      if (result.toolCalls().size() != 1) {
        return false;
      }
      var call = result.toolCalls().getFirst();
      JsonNode expected = json.get("expect_call");
      return call.name().equals(expected.path("name").asText())
          && MAPPER.readTree(call.arguments()).equals(expected.path("arguments"));
    }
    String text = result.text().strip();
    String expected = json.get("expect").asText();
    if (json.path("match").asText("exact").equals("story")) {
      return text.startsWith("Once upon a time")
          && text.split(expected, -1).length > 2
          && text.endsWith(".");
    }
    return text.equals(expected);
  }

  /** What the model thought before its call, where the question's {@code prompt} tells. */
  private Optional<String> reasoning() {
    String prompt = json.path("prompt").asText("");
    int from = prompt.lastIndexOf(ANALYSIS);
    int to = prompt.indexOf(END, Math.max(from, 0));
    return from < 0 || to < 0
        ? Optional.empty()
        : Optional.of(prompt.substring(from + ANALYSIS.length(), to));
  }

  /** The question in the usual form of a chat request. */
  private ObjectNode request() throws IOException {
    ObjectNode request = json.deepCopy();
    ArrayNode messages = MAPPER.createArrayNode();
    if (json.has("instructions")) {
      messages.addObject().put("role", "system").put("content", json.get("instructions").asText());
    }
    messages.addAll((ArrayNode) json.get("messages"));
    JsonNode use = json.get("tool_result");
    if (use != null) {
      var assistant = messages.addObject().put("role", "assistant").put("content", "");
      reasoning().ifPresent(text -> assistant.put("reasoning_content", text));
      var call = assistant.putArray("tool_calls").addObject().put("id", "call_1");
      call.putObject("function")
          .put("name", use.path("name").asText())
          .put("arguments", use.path("arguments").toString());
      messages
          .addObject()
          .put("role", "tool")
          .put("tool_call_id", "call_1")
          .put("content", use.path("result").toString());
    }
    request.set("messages", messages);
    if (json.has("reasoning")) {
      request.set("reasoning_effort", json.get("reasoning"));
    }
    String format = json.path("response_format").asText("");
    if (!format.isEmpty()) { // "## name", an empty line, the schema
      String[] parts = format.split("\n\n", 2);
      var schema = request.putObject("response_format").putObject("json_schema");
      schema.put("name", parts[0].substring(3)).set("schema", MAPPER.readTree(parts[1]));
    }
    return request;
  }
}
