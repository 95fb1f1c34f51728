package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Scanner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ggml's published test vocabularies with the ids that it expects for 46 texts each. */
final class PublishedVocabularyTest {
  private static final String SEPARATOR = "\n__ggml_vocab_test__\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt-2",
        "falcon",
        "starcoder",
        "refact",
        "mpt",
        "deepseek-llm",
        "deepseek-coder",
        "command-r",
        "llama-bpe",
        "qwen2",
        "qwen35",
        "llama-spm",
        "phi-3"
      })
  void agreesWithTheStoredIds(String name) throws IOException {
    Path vocabulary = SharedData.path("vocab/ggml-vocab-" + name + ".gguf");
    Tokenizer tokenizer = SharedData.tokenizer(vocabulary);
    String[] texts = Files.readString(Path.of(vocabulary + ".inp")).split(SEPARATOR, -1);
    String[] lines = Files.readString(Path.of(vocabulary + ".out")).split("\n", -1);
    assertEquals(texts.length, lines.length);
    for (int i = 0; i < texts.length; i++) {
      int[] expected = new Scanner(lines[i]).tokens().mapToInt(Integer::parseInt).toArray();
      int[] ids = tokenizer.encode(texts[i], false);
      String text = texts[i];
      assertArrayEquals(expected, ids, () -> "'" + text + "' -> " + Arrays.toString(ids));
      assertEquals(text, tokenizer.decode(ids));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-neox", "baichuan"})
  void opensVocabulariesThatSayLittle(String name) throws IOException {
    Tokenizer tokenizer =
        SharedData.tokenizer(SharedData.path("vocab/ggml-vocab-" + name + ".gguf"));
    String text = "Hello, world!\n    It's 2026: caf\u00e9 \u4f60\u597d \ud83d\ude00";
    assertEquals(text, tokenizer.decode(tokenizer.encode(text, false)));
  }
}
