package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.javelin.gguf.GgufFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts with the ids that independent tokenizers give for them. */
final class VectorsTest {
  @Test
  void agreesWithTiktokenInTheVocabularyOfGptOss() throws IOException {
    check(TiktokenVocabularies.o200k(), SharedData.resource("o200k_harmony.jsonl"));
  }

  @Test
  void agreesWithTiktokenInTheVocabularyOfGpt2() throws IOException {
    check(TiktokenVocabularies.gpt2(), SharedData.resource("gpt2.jsonl"));
  }

  @Test
  void agreesOnTheStandardTextsAndHarmonyPrompts() throws IOException {
    check(
        TiktokenVocabularies.o200k(),
        SharedData.vectors(SharedData.path("tokenizer-vectors/third-party/o200k_harmony.jsonl")));
    check(
        TiktokenVocabularies.gpt2(),
        SharedData.vectors(SharedData.path("tokenizer-vectors/third-party/gpt2.jsonl")));
  }

  @ParameterizedTest
  @CsvSource({"qwen2,qwen2", "llama3,llama-bpe"})
  void agreesWithTheTokenizersOfQwenAndLlama(String vectors, String vocabulary) throws IOException {
    Tokenizer tokenizer =
        SharedData.tokenizer(SharedData.path("vocab/ggml-vocab-" + vocabulary + ".gguf"));
    check(
        tokenizer,
        SharedData.vectors(SharedData.path("tokenizer-vectors/ours/" + vectors + ".jsonl")));
    check(
        tokenizer,
        SharedData.vectors(SharedData.path("tokenizer-vectors/third-party/" + vectors + ".jsonl")));
  }

  @Test
  void makesTheMergesOfThePublishedFiles() throws IOException {
    Vocabulary made = TiktokenVocabularies.o200kVocabulary();
    assertEquals(TiktokenVocabularies.O200K_MERGES, made.merges().size());
    assertEquals(50_000, TiktokenVocabularies.gpt2Vocabulary().merges().size());
    if (SharedData.has("vocab/gpt-oss-o200k-vocab.gguf")) {
      try (GgufFile published = GgufFile.open(SharedData.path("vocab/gpt-oss-o200k-vocab.gguf"))) {
        assertEquals(
            ByteStrings.of(published.metadata().utf8Strings("tokenizer.ggml.merges")),
            made.merges());
      }
    }
  }

  @Test
  void opensThePublishedFormOfBothVocabularies() throws IOException {
    check(
        SharedData.tokenizer(SharedData.path("vocab/gpt-oss-o200k-vocab.gguf")),
        SharedData.resource("o200k_harmony.jsonl"));
    check(
        SharedData.tokenizer(SharedData.path("vocab/ggml-vocab-gpt-2.gguf")),
        SharedData.resource("gpt2.jsonl"));
  }

  @Test
  void recognisesSpecialTokensOnlyWhenAsked() {
    Tokenizer o200k = TiktokenVocabularies.o200k();
    assertArrayEquals(new int[] {27, 91, 5236, 91, 29}, o200k.encode("<|start|>", false));
    assertArrayEquals(new int[] {200006}, o200k.encode("<|start|>", true));
    assertArrayEquals(
        new int[] {
          200006, 1428, 200008, 4827, 382, 220, 17, 659, 220, 17, 30, 200007, 200006, 173781
        },
        o200k.encode("<|start|>user<|message|>What is 2 + 2?<|end|><|start|>assistant", true));
    assertArrayEquals(new int[] {24912, 2375}, o200k.encode("hello world", true));
  }

  @Test
  void givesTheBytesOfATokenThatIsNoTextByItself() {
    Tokenizer o200k = TiktokenVocabularies.o200k();
    assertArrayEquals(new byte[] {0x20, (byte) 0xF0, (byte) 0x9F}, o200k.bytes(9552));
    assertEquals(" \uFFFD", o200k.decode(new int[] {9552}));
    assertEquals("<|start|>", o200k.decode(new int[] {200006}));
    assertEquals(200006, o200k.id("<|start|>").orElseThrow());
    assertEquals(2375, o200k.id(" world").orElseThrow());
    assertFalse(o200k.addsBos());
    assertEquals(201_088, o200k.vocabularySize());
  }

  private static void check(Tokenizer tokenizer, List<SharedData.Vector> vectors) {
    assertFalse(vectors.isEmpty());
    for (SharedData.Vector vector : vectors) {
      int[] ids = tokenizer.encode(vector.text(), vector.special());
      assertArrayEquals(
          vector.ids(), ids, () -> "'" + vector.text() + "' -> " + Arrays.toString(ids));
      assertEquals(vector.text(), tokenizer.decode(ids));
    }
  }
}
