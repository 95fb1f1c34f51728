package dev.javelin.engine.prompt.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.prompt.SharedFiles;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The language feature by feature, against jinja2's own output. */
class JinjaLanguageTest {
  @TestFactory
  List<DynamicTest> doesWhatJinja2Does() throws IOException {
    List<JsonNode> lines = SharedFiles.resourceLines("/jinja/language.jsonl");
    Map<String, Object> variables = new LinkedHashMap<>();
    lines
        .getFirst()
        .path("variables")
        .properties()
        .forEach(v -> variables.put(v.getKey(), JsonValues.of(v.getValue())));
    variables.put("add_generation_prompt", true);
    variables.put("bos_token", Str.own("<BOS>"));
    variables.put("eos_token", Str.own("<EOS>"));
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode line : lines.subList(1, lines.size())) {
      String template = line.path("template").asText();
      String expected =
          line.has("text")
              ? line.path("text").asText()
              : "error " + line.path("error").asText().replaceFirst(":.*", "");
      tests.add(
          DynamicTest.dynamicTest(
              tests.size() + ": " + template,
              () -> assertEquals(expected, outcome(template, variables))));
    }
    return tests;
  }

  private static String outcome(String template, Map<String, Object> variables) {
    try {
      return Template.parse(template)
          .render(variables, LocalDateTime.of(2026, 3, 4, 15, 6, 7), Limits.DEFAULT)
          .text();
    } catch (JinjaException e) {
      return "error " + e.kind();
    }
  }
}
