package dev.javelin.engine.prompt;

import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.engine.tokenizer.Utf8Stream;

/** Reads the continuation of a plain text: all of it is content. Control tokens show nothing. */
public final class PlainParser implements AnswerParser {
  private final Tokenizer tokenizer;
  private final Utf8Stream utf8 = new Utf8Stream();

  public PlainParser(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public void accept(int tokenId, AnswerSink sink) {
    TokenKind kind = tokenizer.kind(tokenId);
    if (kind != TokenKind.CONTROL && kind != TokenKind.UNUSED) {
      hand(utf8.accept(tokenizer.bytes(tokenId)), sink);
    }
  }

  @Override
  public void end(AnswerSink sink) {
    hand(utf8.end(), sink);
  }

  @Override
  public AnswerPart part() {
    return AnswerPart.CONTENT;
  }

  private static void hand(String text, AnswerSink sink) {
    if (!text.isEmpty()) {
      sink.content(text);
    }
  }
}
