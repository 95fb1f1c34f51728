package dev.javelin.engine.tokenizer;

import java.util.Objects;

/**
 * A vocabulary that cannot be used: says which key of the file, what was found there and which rule
 * it breaks.
 */
public final class TokenizerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String key;

  public TokenizerException(String key, String message) {
    super(key + ": " + message);
    this.key = Objects.requireNonNull(key);
  }

  /** The metadata key at fault, for instance {@code tokenizer.ggml.tokens}. */
  public String key() {
    return key;
  }
}
