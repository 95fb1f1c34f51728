package dev.javelin.engine.prompt.harmony;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.Role;
import dev.javelin.engine.prompt.PromptPieces;
import dev.javelin.engine.prompt.SharedFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class HarmonyRendererTest {
  @TestFactory
  List<DynamicTest> rendersAsOpenAiDoes() throws IOException {
    return tests(SharedFiles.lines("harmony/render.jsonl"));
  }

  @TestFactory
  List<DynamicTest> rendersByOpenAisGuide() throws IOException {
    return tests(SharedFiles.resourceLines("/harmony/render-own.jsonl"));
  }

  private static List<DynamicTest> tests(List<JsonNode> vectors) {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : vectors) {
      tests.add(
          DynamicTest.dynamicTest(
              vector.path("name").asText(),
              () -> assertEquals(vector.path("text").asText(), render(vector).text())));
    }
    return tests;
  }

  static PromptPieces render(JsonNode vector) throws IOException {
    List<HarmonyMessage> messages = HarmonyVectors.conversation(vector.path("conversation"));
    JsonNode options = vector.path("options");
    boolean drop = options.path("auto_drop_analysis").asBoolean();
    return switch (options.path("render").asText()) {
      case "message" -> HarmonyRenderer.message(messages.getFirst());
      case "conversation" -> HarmonyRenderer.conversation(messages, drop);
      case "training" -> HarmonyRenderer.training(messages, drop);
      case "completion" -> {
        Role next = Role.valueOf(options.path("next_role").asText().toUpperCase(Locale.ROOT));
        yield HarmonyRenderer.completion(messages, next, drop);
      }
      default -> throw new IllegalArgumentException(options.toString());
    };
  }
}
