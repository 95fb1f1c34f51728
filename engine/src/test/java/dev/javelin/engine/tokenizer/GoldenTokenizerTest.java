package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The tokenizer cases stored with each golden model: ids and the text that comes back, as llama.cpp
 * gives them.
 */
final class GoldenTokenizerTest {
  @TestFactory
  Stream<DynamicTest> agreesWithTheCasesOfEveryGoldenModel() throws IOException {
    try (Stream<Path> files = Files.list(SharedData.path("golden/models"))) {
      return files
          .filter(file -> file.toString().endsWith(".gguf"))
          .sorted()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)))
          .toList()
          .stream();
    }
  }

  private static void check(Path gguf) throws IOException {
    Path json = gguf.resolveSibling(gguf.getFileName().toString().replace(".gguf", ".json"));
    JsonNode golden = SharedData.JSON.readTree(json.toFile());
    Tokenizer tokenizer = SharedData.tokenizer(gguf);
    assertEquals(golden.get("n_vocab").asInt(), tokenizer.vocabularySize());
    assertEquals(golden.get("bos").asInt(), tokenizer.bos().orElse(-1));
    assertEquals(golden.get("eos").asInt(), tokenizer.eos().orElse(-1));
    assertEquals(golden.get("add_bos").asBoolean(), tokenizer.addsBos());
    boolean harmony = tokenizer.id("<|start|>").isPresent();
    for (JsonNode test : golden.get("tokenizer")) {
      String text = test.get("text").asText();
      boolean special = test.get("parse_special").asBoolean();
      if (harmony && !special && text.contains("<|start|>")) {
        // llama.cpp lets Harmony's markers through here; a user must not be able to type them
        assertSpelledOut(tokenizer, text);
        continue;
      }
      int[] expected = SharedData.ints(test.get("ids"));
      int[] ids =
          test.get("add_special").asBoolean()
              ? tokenizer.encodePrompt(text, special)
              : tokenizer.encode(text, special);
      assertArrayEquals(expected, ids, test::toString);
      String back =
          new String(
              HexFormat.of().parseHex(test.get("detok_hex").asText()), StandardCharsets.UTF_8);
      assertEquals(back, tokenizer.decode(ids), test::toString);
    }
  }

  private static void assertSpelledOut(Tokenizer tokenizer, String text) {
    int[] ids = tokenizer.encode(text, false);
    assertTrue(
        Arrays.stream(ids).allMatch(id -> tokenizer.kind(id) == TokenKind.NORMAL),
        () -> Arrays.toString(ids));
    assertEquals(text, tokenizer.decode(ids));
  }
}
