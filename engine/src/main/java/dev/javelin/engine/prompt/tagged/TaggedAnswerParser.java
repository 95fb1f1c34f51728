package dev.javelin.engine.prompt.tagged;

import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.AnswerPart;
import dev.javelin.engine.prompt.AnswerSink;
import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.engine.tokenizer.Utf8Stream;
import java.nio.charset.StandardCharsets;

/**
 * Tokens of a tagged answer to text, and the text to {@link TagSplitter}. Special tokens are not
 * text, unless the vocabulary has a tag as a token; bytes that do not yet make a character are held
 * back.
 */
public final class TaggedAnswerParser implements AnswerParser {
  private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

  private final Tokenizer tokenizer;
  private final Utf8Stream utf8 = new Utf8Stream();
  private final TagSplitter splitter;

  /**
   * @param thinking whether the prompt has already opened the chain of thought
   * @param calls whether tools were offered; if not, what looks like a call is text
   */
  public TaggedAnswerParser(Tokenizer tokenizer, boolean thinking, boolean calls) {
    this.tokenizer = tokenizer;
    this.splitter = new TagSplitter(thinking, calls);
  }

  @Override
  public void accept(int tokenId, AnswerSink sink) {
    if (tokenId < 0 || tokenId >= tokenizer.vocabularySize()) {
      splitter.accept(utf8.accept(REPLACEMENT), sink);
      return;
    }
    byte[] bytes = tokenizer.bytes(tokenId);
    TokenKind kind = tokenizer.kind(tokenId);
    boolean special = kind == TokenKind.CONTROL || kind == TokenKind.UNUSED;
    if (!special || TagSplitter.isTag(new String(bytes, StandardCharsets.UTF_8))) {
      splitter.accept(utf8.accept(bytes), sink);
    }
  }

  @Override
  public void end(AnswerSink sink) {
    splitter.accept(utf8.end(), sink);
    splitter.end(sink);
  }

  @Override
  public AnswerPart part() {
    return splitter.part();
  }
}
