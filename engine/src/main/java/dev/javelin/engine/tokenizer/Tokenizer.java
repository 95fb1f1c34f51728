package dev.javelin.engine.tokenizer;

import dev.javelin.gguf.Metadata;
import java.util.OptionalInt;
import java.util.Set;

/** Turns text to token ids and back. Immutable and safe for many threads. */
public interface Tokenizer {
  /** Number of ids: 0 to {@code vocabularySize() - 1}. */
  int vocabularySize();

  /**
   * The ids of a text, without any token that the text does not have.
   *
   * @param parseSpecial whether the text of a special token stands for that token; false for what
   *     users type
   */
  int[] encode(String text, boolean parseSpecial);

  /** The same, with the tokens at the beginning and the end that the model file asks for. */
  int[] encodePrompt(String text, boolean parseSpecial);

  /**
   * The bytes that a token stands for; of a control token, its text. A token may end inside a UTF-8
   * sequence.
   */
  byte[] bytes(int id);

  /**
   * The text of these tokens; bytes that are not UTF-8 become U+FFFD, one for each maximal invalid
   * prefix.
   */
  String decode(int[] ids);

  TokenKind kind(int id);

  /**
   * The id of a token by its text, a special one before an ordinary one; in SentencePiece spaces
   * are U+2581.
   */
  OptionalInt id(String tokenText);

  /** The token at the beginning of every sequence, if the vocabulary has one. */
  OptionalInt bos();

  /** The token that ends a generation, if the vocabulary has one. */
  OptionalInt eos();

  /** Whether {@link #encodePrompt} puts {@link #bos} in front. */
  boolean addsBos();

  /** Whether {@link #encodePrompt} puts {@link #eos} at the end. */
  boolean addsEos();

  /** All tokens after which a generation ends; {@link #eos} is one of them. */
  Set<Integer> endTokens();

  /**
   * The tokenizer of a model file.
   *
   * @throws TokenizerException if the vocabulary breaks a rule
   */
  static Tokenizer of(Metadata metadata) {
    return Tokenizers.of(metadata);
  }
}
