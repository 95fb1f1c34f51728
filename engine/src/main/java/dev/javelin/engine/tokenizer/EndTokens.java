package dev.javelin.engine.tokenizer;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which tokens end a generation. The file names some by id, but often not all (of gpt-oss only
 * {@code <|return|>}), so those with a known text are added.
 */
final class EndTokens {
  /**
   * Ends of an answer in the chat formats of many models, and of a file in those that complete
   * code.
   */
  private static final List<String> TEXTS =
      List.of(
          "<|end_of_text|>",
          "<|endoftext|>",
          "<|eot_id|>",
          "<|eom_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<end_of_turn>",
          "<|EOT|>",
          "<EOT>",
          "_<EOT>",
          "<｜end▁of▁sentence｜>",
          "<end_of_utterance>",
          "<|fim_pad|>",
          "<fim_pad>",
          "<|repo_name|>",
          "<|file_sep|>",
          "<reponame>",
          "<|reponame|>",
          "<|file_separator|>");

  private EndTokens() {}

  static Set<Integer> of(Vocabulary.Options options, TokenTable tokens) {
    Set<Integer> ends = new TreeSet<>();
    options.eos().ifPresent(ends::add);
    for (int id : options.endIds()) {
      ends.add(id);
    }
    for (String text : TEXTS) {
      tokens.specialId(text).ifPresent(ends::add);
    }
    // In Harmony <|end|> ends a message, after which the model goes on with the next one.
    OptionalInt end = tokens.specialId("<|end|>");
    boolean harmony =
        tokens.specialId("<|return|>").isPresent() && tokens.specialId("<|call|>").isPresent();
    if (harmony && end.isPresent()) {
      ends.remove(end.getAsInt());
    }
    return ends;
  }
}
