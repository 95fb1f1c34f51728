package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.gguf.Metadata;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** SentencePiece rules on a vocabulary small enough to work out by hand. Token 4 is the space. */
final class SpmEncoderTest {
  private static final String[] TOKENS = {
    "<unk>", "<s>", "</s>", "<0x21>", "\u2581", "a", "b", "ab", "\u2581a", "ba", "<turn>", "##"
  };
  private static final int[] KINDS = {2, 3, 3, 6, 1, 1, 1, 1, 1, 1, 4, 4};
  private static final float[] SCORES = {0, 0, 0, 0, -9, -9, -9, -2, -1, -2, 0, 0};

  private static Map<String, Object> values() {
    Map<String, Object> values = new HashMap<>();
    values.put("general.architecture", "llama");
    values.put("tokenizer.ggml.model", "llama");
    values.put("tokenizer.ggml.tokens", TOKENS.clone());
    values.put("tokenizer.ggml.token_type", KINDS.clone());
    values.put("tokenizer.ggml.scores", SCORES.clone());
    return values;
  }

  private final Tokenizer tokenizer = Tokenizer.of(Metadata.of(values()));

  @Test
  void putsASpaceInFrontAndTakesItAwayAgain() {
    int[] ids = tokenizer.encode("a", false);
    assertArrayEquals(new int[] {8}, ids);
    assertEquals("a", tokenizer.decode(ids));
    assertArrayEquals(new int[] {1, 8}, tokenizer.encodePrompt("a", false));
  }

  @Test
  void addsNoSpaceWhenTheFileForbidsIt() {
    Map<String, Object> values = values();
    values.put("tokenizer.ggml.add_space_prefix", false);
    values.put("tokenizer.ggml.add_bos_token", false);
    values.put("tokenizer.ggml.add_eos_token", true);
    Tokenizer plain = Tokenizer.of(Metadata.of(values));
    assertArrayEquals(new int[] {5, 2}, plain.encodePrompt("a", false));
    assertEquals(" a", plain.decode(new int[] {8}));
  }

  @Test
  void mergesTheBestScoreFirstAndTheLeftmostOfEquals() {
    assertArrayEquals(
        new int[] {8, 6}, tokenizer.encode("ab", false)); // space+a (-1) before ab (-2)
    assertArrayEquals(
        new int[] {8, 9, 6}, tokenizer.encode("abab", false)); // then ba is left of the last b
    assertArrayEquals(
        new int[] {4, 9, 6}, tokenizer.encode("bab", false)); // ba and ab are equal: leftmost
  }

  @Test
  void spellsUnknownCharactersInBytesOrAsUnknown() {
    assertArrayEquals(new int[] {4, 3}, tokenizer.encode("!", false));
    assertArrayEquals(new int[] {4, 0, 8}, tokenizer.encode("\u4F60 a", false));
    assertEquals("!", tokenizer.decode(new int[] {3}));
  }

  @Test
  void findsUserDefinedTokensInAnyTextButMarkupOnlyWhenAsked() {
    assertArrayEquals(new int[] {8, 11, 8}, tokenizer.encode("a##a", false));
    assertArrayEquals(new int[] {8, 10, 8}, tokenizer.encode("a<turn>a", true));
    for (int id : tokenizer.encode("<turn>", false)) {
      assertTrue(id != 10);
    }
  }

  @Test
  void takesLinearTimeForLongTexts() throws IOException {
    Tokenizer llama = SharedData.tokenizer(SharedData.path("vocab/ggml-vocab-llama-spm.gguf"));
    for (String run : new String[] {"a", " ", "1", "\u0301", "ab ", "\u4F60"}) {
      LinearTime.check(llama, run);
    }
  }
}
