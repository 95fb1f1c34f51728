package dev.javelin.engine.prompt.harmony;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.Role;
import dev.javelin.engine.prompt.ByteTokenizer;
import dev.javelin.engine.prompt.SharedFiles;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The vectors' texts, cut into one token for each byte: headers and characters are split wherever
 * possible.
 */
class HarmonyParserTest {
  @TestFactory
  List<DynamicTest> parsesWhatOpenAiParses() throws IOException {
    return tests(SharedFiles.lines("harmony/parse.jsonl"));
  }

  @TestFactory
  List<DynamicTest> parsesOurOwnCases() throws IOException {
    return tests(SharedFiles.resourceLines("/harmony/parse-own.jsonl"));
  }

  private static List<DynamicTest> tests(List<JsonNode> vectors) {
    Tokenizer tokenizer = ByteTokenizer.harmony();
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : vectors) {
      if (vector.has("text") && vector.path("text_reencodes").asBoolean(true)) {
        int[] ids = tokenizer.encode(vector.path("text").asText(), true);
        tests.add(
            DynamicTest.dynamicTest(
                vector.path("name").asText(), () -> check(vector, tokenizer, ids, false)));
      }
    }
    return tests;
  }

  /**
   * @param withDeltas whether these ids are the vector's own, so that its deltas apply
   */
  static void check(JsonNode vector, Tokenizer tokenizer, int[] ids, boolean withDeltas)
      throws IOException {
    if (vector.path("error").asBoolean()) {
      assertThrows(HarmonySyntaxException.class, () -> parse(vector, tokenizer, ids, withDeltas));
      return;
    }
    List<HarmonyMessage> messages = parse(vector, tokenizer, ids, withDeltas);
    if (vector.has("message_count")) {
      assertEquals(vector.path("message_count").asInt(), messages.size());
    }
    if (vector.has("messages")) {
      assertEquals(vector.path("messages").size(), messages.size(), messages::toString);
      for (int i = 0; i < messages.size(); i++) {
        JsonNode expected = vector.path("messages").get(i);
        if (!expected.isNull()) {
          assertEquals(
              HarmonyVectors.message(expected), withoutUnstated(expected, messages.get(i)));
        }
      }
    }
  }

  private static HarmonyMessage withoutUnstated(JsonNode expected, HarmonyMessage m) {
    boolean dropType = expected.path("unstated").toString().contains("content_type");
    return new HarmonyMessage(
        m.role(),
        m.name(),
        m.recipient(),
        m.channel(),
        dropType ? null : m.contentType(),
        m.content());
  }

  private static List<HarmonyMessage> parse(
      JsonNode vector, Tokenizer tokenizer, int[] ids, boolean withDeltas) {
    MessageCollector collector = new MessageCollector();
    boolean strict = vector.path("mode").asText().equals("strict");
    JsonNode role = vector.path("role");
    Role openRole = role.isTextual() ? Role.valueOf(role.asText().toUpperCase(Locale.ROOT)) : null;
    HarmonyParser parser = new HarmonyParser(tokenizer, openRole, strict, collector);
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < ids.length; i++) {
      parser.accept(ids[i]);
      String delta = collector.takeDelta();
      joined.append(delta);
      if (withDeltas) {
        checkDelta(vector, Integer.toString(i + 1), delta, joined, collector);
      }
    }
    if (vector.path("eos").asBoolean()) {
      parser.end();
      String delta = collector.takeDelta();
      joined.append(delta);
      if (withDeltas) {
        checkDelta(vector, "eos", delta, joined, collector);
      }
    }
    return collector.messages();
  }

  private static void checkDelta(
      JsonNode vector,
      String after,
      String delta,
      StringBuilder joined,
      MessageCollector collector) {
    for (JsonNode expected : vector.path("deltas")) {
      if (!expected.path("after").asText().equals(after)) {
        continue;
      }
      if (expected.has("delta")) {
        String text = HarmonyVectors.text(expected, "delta");
        if (text == null) {
          assertEquals("", delta);
        } else {
          assertEquals(text, delta);
        }
      }
      if (expected.has("joined")) {
        assertEquals(expected.path("joined").asText(), joined.toString());
      }
      if (expected.has("content")) {
        assertEquals(expected.path("content").asText(), collector.openText());
      }
    }
  }
}
