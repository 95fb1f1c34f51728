package dev.javelin.engine;

/**
 * The file is no model that can be run; the message names the file, the key or tensor, and the
 * rule.
 */
public final class ModelInvalid extends EngineException {
  private static final long serialVersionUID = 1L;

  public ModelInvalid(String message) {
    super(message, null);
  }

  public ModelInvalid(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public String code() {
    return "model_invalid";
  }
}
