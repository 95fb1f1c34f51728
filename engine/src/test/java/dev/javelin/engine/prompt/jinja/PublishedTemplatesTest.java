package dev.javelin.engine.prompt.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.prompt.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Chat templates as they were published, each with ten conversations, against what jinja2 makes of
 * them.
 */
class PublishedTemplatesTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 4, 15, 6, 7);

  @TestFactory
  List<DynamicTest> renderTheSameBytesAsJinja2() throws IOException {
    JsonNode vectors = SharedFiles.json("templates/expected.json");
    List<DynamicTest> tests = new ArrayList<>();
    for (Map.Entry<String, JsonNode> template : vectors.path("expected").properties()) {
      String text = Files.readString(SharedFiles.path("templates/" + template.getKey()));
      for (Map.Entry<String, JsonNode> expected : template.getValue().properties()) {
        JsonNode conversation = vectors.path("cases").path(expected.getKey());
        tests.add(
            DynamicTest.dynamicTest(
                template.getKey() + " " + expected.getKey(),
                () ->
                    assertEquals(
                        expectation(expected.getValue()), outcome(vectors, text, conversation))));
      }
    }
    return tests;
  }

  private static String expectation(JsonNode expected) {
    return expected.has("error")
        ? "error " + expected.path("error").asText()
        : "text " + expected.path("text").asText();
  }

  private static String outcome(JsonNode vectors, String template, JsonNode conversation) {
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("bos_token", Str.own(vectors.path("bos_token").asText()));
    variables.put("eos_token", Str.own(vectors.path("eos_token").asText()));
    conversation
        .properties()
        .forEach(entry -> variables.put(entry.getKey(), JsonValues.of(entry.getValue())));
    try {
      return "text " + Template.parse(template).render(variables, NOW, Limits.DEFAULT).text();
    } catch (JinjaException e) {
      return "error " + e.getMessage();
    }
  }
}
