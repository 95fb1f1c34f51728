package dev.javelin.engine.prompt.harmony;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.prompt.SharedFiles;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.GgufFile;
import java.io.IOException;
import java.util.ArrayList;
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
      ids[i] = (int) array.get(i).asLong(); // one vector has an id above 2^31, which no vocabulary holds
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
                      ids(vector.path("ids")), HarmonyRendererTest.render(vector).encode(tokenizer))));
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
              vector.path("name").asText(), () -> HarmonyParserTest.check(vector, tokenizer, ids, true)));
    }
    return tests;
  }
}
