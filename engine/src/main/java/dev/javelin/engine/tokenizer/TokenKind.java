package dev.javelin.engine.tokenizer;

/** What a vocabulary entry is; the numbers are those of {@code tokenizer.ggml.token_type}. */
public enum TokenKind {
  NORMAL(1),
  UNKNOWN(2),
  CONTROL(3),
  USER_DEFINED(4),
  UNUSED(5),
  BYTE(6);

  private final int ggufId;

  TokenKind(int ggufId) {
    this.ggufId = ggufId;
  }

  public int ggufId() {
    return ggufId;
  }
}
