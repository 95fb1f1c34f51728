package dev.javelin.engine.prompt.tagged;

import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** What a vocabulary has to say about tags. Found once for each model. */
final class TagTokens {
  private static final byte[] NOTHING = {};

  private final Tokenizer tokenizer;
  private final int[] ending;
  private final int[] whole;

  TagTokens(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.ending =
        IntStream.range(0, tokenizer.vocabularySize())
            .filter(id -> text(id).contains(">"))
            .toArray();
    this.whole =
        IntStream.of(ending)
            .filter(
                id ->
                    text(id).contains(TagSplitter.CALL) || text(id).contains(TagSplitter.THINK_END))
            .toArray();
  }

  /** The only tokens that can complete a tag. */
  int[] ending() {
    return ending;
  }

  /** Tokens that hold a whole tag that a guide looks for. */
  int[] whole() {
    return whole;
  }

  /** What a token shows; control tokens show nothing, unless they are tags. */
  byte[] bytes(int token) {
    byte[] bytes = tokenizer.bytes(token);
    TokenKind kind = tokenizer.kind(token);
    boolean hidden = kind == TokenKind.CONTROL || kind == TokenKind.UNUSED;
    return hidden && !TagSplitter.isTag(new String(bytes, StandardCharsets.UTF_8))
        ? NOTHING
        : bytes;
  }

  private String text(int token) {
    return new String(bytes(token), StandardCharsets.UTF_8);
  }
}
