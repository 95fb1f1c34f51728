package dev.javelin.engine.prompt.harmony;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.prompt.SharedFiles;
import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.GgufFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The vectors' own ids, in the vocabulary of gpt-oss. */
class HarmonyVocabularyTest {
  private static final String VOCABULARY = "vocab/gpt-oss-o200k-vocab.gguf";

  private static List<JsonNode> lines(String kind) throws IOException {
    List<JsonNode> lines = new ArrayList<>(SharedFiles.lines("harmony/" + kind + ".jsonl"));
    lines.addAll(SharedFiles.resourceLines("/harmony/" + kind + "-own.jsonl"));
    return lines;
  }

  static Tokenizer tokenizer(String file) throws IOException {
    try (GgufFile gguf = GgufFile.open(SharedFiles.path(file))) {
      return Tokenizer.of(gguf.metadata());
    }
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] =
          (int) array.get(i).asLong(); // one vector has an id above 2^31, which no vocabulary holds
    }
    return ids;
  }

  @TestFactory
  List<DynamicTest> rendersToTheIdsOfTheVectors() throws IOException {
    Tokenizer tokenizer = tokenizer(VOCABULARY);
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : lines("render")) {
      tests.add(
          DynamicTest.dynamicTest(
              vector.path("name").asText(),
              () ->
                  assertArrayEquals(
                      ids(vector.path("ids")),
                      HarmonyRendererTest.render(vector).encode(tokenizer))));
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> parsesTheIdsOfTheVectors() throws IOException {
    Tokenizer tokenizer = tokenizer(VOCABULARY);
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : lines("parse")) {
      int[] ids = ids(vector.path("ids"));
      tests.add(
          DynamicTest.dynamicTest(
              vector.path("name").asText(),
              () -> HarmonyParserTest.check(vector, tokenizer, ids, true)));
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> knowsSpecialTokensAsTheVectorsDo() throws IOException {
    Tokenizer tokenizer = tokenizer(VOCABULARY);
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : SharedFiles.lines("harmony/tokens.jsonl")) {
      tests.add(
          DynamicTest.dynamicTest(
              vector.path("name").asText(), () -> checkTokens(vector, tokenizer)));
    }
    return tests;
  }

  /** Ids that are in the model's vocabulary only: 201088 and above are none of its rows. */
  private static void checkTokens(JsonNode vector, Tokenizer tokenizer) {
    int[] ids = ids(vector.path("ids"));
    boolean known = Arrays.stream(ids).allMatch(id -> id < tokenizer.vocabularySize());
    if (vector.has("text")) {
      assertArrayEquals(
          ids, tokenizer.encode(vector.path("text").asText(), vector.path("special").asBoolean()));
    }
    if (vector.has("decoded") && known) {
      assertEquals(vector.path("decoded").asText(), tokenizer.decode(ids));
    }
    if (vector.has("decoded_contains")) {
      assertTrue(tokenizer.decode(ids).contains(vector.path("decoded_contains").asText()));
    }
    if (vector.has("special_token")) {
      assertEquals(
          vector.path("special_token").asBoolean(), tokenizer.kind(ids[0]) == TokenKind.CONTROL);
    }
    if (vector.path("error").asBoolean() && known) { // not UTF-8, which decoding shows as U+FFFD
      assertTrue(tokenizer.decode(ids).contains("\uFFFD"));
    }
  }
}
