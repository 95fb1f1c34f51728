package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.gguf.Metadata;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tokens end a generation: those that the file names, and those with a well-known text. */
final class EndTokensTest {
  private static Tokenizer tokenizer(Map<String, Object> more, String... controls) {
    String[] tokens = Arrays.copyOf(new String[] {"a"}, controls.length + 1);
    System.arraycopy(controls, 0, tokens, 1, controls.length);
    int[] kinds = new int[tokens.length];
    Arrays.fill(kinds, TokenKind.CONTROL.ggufId());
    kinds[0] = TokenKind.NORMAL.ggufId();
    Map<String, Object> values = new HashMap<>(more);
    values.put("tokenizer.ggml.model", "gpt2");
    values.put("tokenizer.ggml.pre", "gpt-2");
    values.put("tokenizer.ggml.tokens", tokens);
    values.put("tokenizer.ggml.token_type", kinds);
    return Tokenizer.of(Metadata.of(values));
  }

  @Test
  void ofGptOssAreReturnCallAndEndOfText() {
    assertEquals(Set.of(199999, 200002, 200012), TiktokenVocabularies.o200k().endTokens());
  }

  @Test
  void takesTheListsOfOllamaAndTheEndOfATurn() {
    Map<String, Object> values =
        Map.of(
            "tokenizer.ggml.eos_token_id", 1,
            "tokenizer.ggml.eos_token_ids", new int[] {1, 3},
            "tokenizer.ggml.eot_token_id", 2);
    assertEquals(Set.of(1, 2, 3), tokenizer(values, "x", "y", "z").endTokens());
  }

  @ParameterizedTest
  @CsvSource({
    "<|end|>,1",
    "<|start|> <|end|> <|return|> <|call|>,3 4",
    "<|endoftext|> <|im_start|> <|im_end|> <repo> <reponame>,1 3 5",
    "<|begin_of_text|> <|end_of_text|> <|eot_id|>,2 3",
    "<start_of_turn> <end_of_turn>,2"
  })
  void knowsTheEndsOfTheFamilies(String controls, String expected) {
    Set<Integer> ids = new TreeSet<>();
    for (String id : expected.split(" ")) {
      ids.add(Integer.valueOf(id));
    }
    assertEquals(ids, tokenizer(Map.of(), controls.split(" ")).endTokens());
  }
}
