package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.gguf.Metadata;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A vocabulary that breaks a rule is refused with the key, the values and the rule. */
final class VocabularyFaultsTest {
  private static final String[] TOKENS = {"a", "b", "c", "ab", "abc", "<s>", "<|im_end|>"};
  private static final int[] KINDS = {1, 1, 1, 1, 1, 3, 3};

  private static Map<String, Object> bpe() {
    Map<String, Object> values = new HashMap<>();
    values.put("general.architecture", "llama");
    values.put("tokenizer.ggml.model", "gpt2");
    values.put("tokenizer.ggml.pre", "gpt-2");
    values.put("tokenizer.ggml.tokens", TOKENS.clone());
    values.put("tokenizer.ggml.token_type", KINDS.clone());
    values.put("tokenizer.ggml.merges", new String[] {"a b", "ab c"});
    values.put("tokenizer.ggml.bos_token_id", 5);
    return values;
  }

  private static String fault(Map<String, Object> values, String key) {
    Metadata metadata = Metadata.of(values);
    TokenizerException fault = assertThrows(TokenizerException.class, () -> Tokenizer.of(metadata));
    assertEquals(key, fault.key());
    return fault.getMessage();
  }

  @Test
  void opensAVocabularyThatKeepsTheRules() {
    Tokenizer tokenizer = Tokenizer.of(Metadata.of(bpe()));
    assertArrayEquals(new int[] {4, 3, 1}, tokenizer.encode("abcabb", false));
    assertArrayEquals(new int[] {4, 5}, tokenizer.encode("abc<s>", true));
    assertArrayEquals(new int[] {5}, new int[] {tokenizer.bos().orElseThrow()});
    assertEquals(Set.of(6), tokenizer.endTokens());
  }

  @Test
  void wantsAModel() {
    Map<String, Object> values = bpe();
    values.remove("tokenizer.ggml.model");
    fault(values, "tokenizer.ggml.model");
    values.put("tokenizer.ggml.model", "wordpiece9");
    assertTrue(fault(values, "tokenizer.ggml.model").contains("wordpiece9"));
  }

  @Test
  void wantsAKnownPreTokenizer() {
    Map<String, Object> values = bpe();
    values.put("tokenizer.ggml.pre", "gpt-99");
    assertTrue(fault(values, "tokenizer.ggml.pre").contains("gpt-99"));
  }

  @Test
  void wantsTokens() {
    Map<String, Object> values = bpe();
    values.put("tokenizer.ggml.tokens", new String[0]);
    fault(values, "tokenizer.ggml.tokens");
    values.remove("tokenizer.ggml.tokens");
    fault(values, "tokenizer.ggml.tokens");
  }

  @Test
  void wantsAKnownTypeForEachToken() {
    Map<String, Object> values = bpe();
    values.put("tokenizer.ggml.token_type", new int[] {1, 1, 1});
    assertTrue(fault(values, "tokenizer.ggml.token_type").contains("types=3, tokens=7"));
    values.put("tokenizer.ggml.token_type", new int[] {1, 1, 1, 1, 1, 3, 77});
    assertTrue(fault(values, "tokenizer.ggml.token_type").contains("type=77"));
  }

  @ParameterizedTest
  @CsvSource({"ab", "' b'", "'a '", "''"})
  void wantsMergesToBePairs(String merge) {
    Map<String, Object> values = bpe();
    values.put("tokenizer.ggml.merges", new String[] {"a b", merge});
    assertTrue(fault(values, "tokenizer.ggml.merges").contains("index=1"));
  }

  @Test
  void ignoresMergesOfWhatIsNoToken() {
    Map<String, Object> values = bpe();
    values.put("tokenizer.ggml.merges", new String[] {"x y", "b c", "a b"});
    assertArrayEquals(new int[] {3, 2}, Tokenizer.of(Metadata.of(values)).encode("abc", false));
  }

  @Test
  void wantsIdsOfTokensThatExist() {
    Map<String, Object> values = bpe();
    values.put("tokenizer.ggml.eos_token_id", 7);
    assertTrue(fault(values, "tokenizer.ggml.eos_token_id").contains("id=7, tokens=7"));
    values.put("tokenizer.ggml.eos_token_id", -1);
    assertTrue(Tokenizer.of(Metadata.of(values)).eos().isEmpty());
  }

  @Test
  void wantsScoresAndWellWrittenBytesInSentencePiece() {
    Map<String, Object> values = bpe();
    values.put("tokenizer.ggml.model", "llama");
    fault(values, "tokenizer.ggml.scores");
    values.put("tokenizer.ggml.scores", new float[] {0, 0});
    assertTrue(fault(values, "tokenizer.ggml.scores").contains("scores=2, tokens=7"));
    values.put("tokenizer.ggml.scores", new float[7]);
    values.put("tokenizer.ggml.token_type", new int[] {1, 1, 1, 6, 1, 3, 3});
    assertTrue(fault(values, "tokenizer.ggml.tokens").contains("token=3"));
  }

  @ParameterizedTest
  @CsvSource({
    "tokens_missing,tokenizer.ggml.tokens",
    "token_types_too_short,tokenizer.ggml.token_type",
    "tokenizer_unknown,tokenizer.ggml.model",
    "merge_without_space,tokenizer.ggml.merges"
  })
  void refusesTheSpoiltGoldenFiles(String file, String key) {
    TokenizerException fault =
        assertThrows(
            TokenizerException.class,
            () -> SharedData.tokenizer(SharedData.path("golden/malformed/" + file + ".gguf")));
    assertEquals(key, fault.key());
  }

  @Test
  void saysHowManyTokensThereAreSoThatTheModelCanCompare() throws IOException {
    assertEquals(
        261,
        SharedData.tokenizer(SharedData.path("golden/malformed/tokens_fewer_than_rows.gguf"))
            .vocabularySize());
  }
}
