package dev.javelin.engine;

/** The prompt does not fit the context. */
public final class TokenLimitExceeded extends EngineException {
  private static final long serialVersionUID = 1L;

  private final int promptTokens;
  private final int contextLength;

  public TokenLimitExceeded(int promptTokens, int contextLength) {
    super(
        "the prompt has "
            + promptTokens
            + " tokens, but the context holds "
            + contextLength
            + " (prompt and answer together): shorten it or open the model with a longer context",
        null);
    this.promptTokens = promptTokens;
    this.contextLength = contextLength;
  }

  public int promptTokens() {
    return promptTokens;
  }

  public int contextLength() {
    return contextLength;
  }

  @Override
  public String code() {
    return "context_length_exceeded";
  }
}
