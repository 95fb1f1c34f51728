package dev.javelin.engine.prompt;

import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.Metadata;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The tokens that end a generation, whatever the format: what the file names as its ends, and special tokens that end a
 * turn in every vocabulary that has them. In a Harmony vocabulary {@code <|end|>} ends only a message, so it is none.
 */
public final class StopTokens {
  private static final List<String> ENDS_OF_TURN =
      List.of(
          "<|im_end|>",
          "<|eot_id|>",
          "<|eom_id|>",
          "<|end_of_text|>",
          "<|endoftext|>",
          "<|return|>",
          "<|call|>",
          "<end_of_turn>",
          "<turn|>",
          "<|eot|>",
          "<|end|>");
  private static final List<String> ID_KEYS =
      List.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id");
  private static final String IDS_KEY = "tokenizer.ggml.eos_token_ids";

  private StopTokens() {}

  public static Set<Integer> of(Metadata metadata, Tokenizer tokenizer) {
    Set<Integer> stops = new HashSet<>();
    tokenizer.eos().ifPresent(stops::add);
    for (String key : ID_KEYS) {
      if (metadata.has(key)) {
        stops.add(metadata.intValue(key));
      }
    }
    if (metadata.has(IDS_KEY)) {
      for (int id : metadata.ints(IDS_KEY)) {
        stops.add(id);
      }
    }
    boolean harmony = tokenizer.id("<|return|>").isPresent() && tokenizer.id("<|call|>").isPresent();
    for (String text : ENDS_OF_TURN) {
      OptionalInt id = tokenizer.id(text);
      if (id.isPresent() && tokenizer.kind(id.getAsInt()) == TokenKind.CONTROL) {
        stops.add(id.getAsInt());
      }
    }
    if (harmony) {
      tokenizer.id("<|end|>").ifPresent(stops::remove);
    }
    stops.removeIf(id -> id < 0 || id >= tokenizer.vocabularySize());
    return Set.copyOf(stops);
  }
}
