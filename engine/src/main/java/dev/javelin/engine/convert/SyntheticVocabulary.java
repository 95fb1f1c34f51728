package dev.javelin.engine.convert;

import dev.javelin.gguf.GgufWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A vocabulary of a published size without its words: the 256 bytes, made-up tokens, and special
 * tokens where they belong.
 */
final class SyntheticVocabulary {
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;

  private static final Map<Integer, String> HARMONY =
      Map.of(
          199_998, "<|startoftext|>",
          199_999, "<|endoftext|>",
          200_002, "<|return|>",
          200_003, "<|constrain|>",
          200_005, "<|channel|>",
          200_006, "<|start|>",
          200_007, "<|end|>",
          200_008, "<|message|>",
          200_012, "<|call|>");

  private SyntheticVocabulary() {}

  static void put(GgufWriter writer, SyntheticShape shape) {
    int size = shape.vocabulary();
    Map<Integer, String> special =
        shape.isHarmony()
            ? HARMONY
            : Map.of(size - 2, "<|begin_of_text|>", size - 1, "<|end_of_text|>");
    List<String> tokens = new ArrayList<>(size);
    int[] types = new int[size];
    List<String> bytes = byteAlphabet();
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < size; id++) {
      String text = special.get(id);
      types[id] = text == null ? NORMAL : CONTROL;
      tokens.add(
          text != null
              ? text
              : id < bytes.size() ? bytes.get(id) : id == bytes.size() ? "ab" : "token" + id);
      ids.put(tokens.getLast(), id);
    }
    writer.put("tokenizer.ggml.model", "gpt2");
    writer.put("tokenizer.ggml.pre", shape.preTokenizer());
    writer.put("tokenizer.ggml.tokens", tokens);
    writer.put("tokenizer.ggml.token_type", types);
    writer.put("tokenizer.ggml.merges", List.of("a b"));
    writer.put("tokenizer.ggml.bos_token_id", shape.isHarmony() ? 199_998 : size - 2);
    writer.put("tokenizer.ggml.eos_token_id", shape.isHarmony() ? 200_002 : size - 1);
    writer.put("tokenizer.ggml.add_bos_token", false);
  }

  /**
   * The 256 bytes as GPT-2 writes them: printable ones as themselves, the others from U+0100 on.
   */
  private static List<String> byteAlphabet() {
    List<String> alphabet = new ArrayList<>();
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || (b >= 174);
      alphabet.add(Character.toString(printable ? b : next++));
    }
    return alphabet;
  }
}
