package dev.javelin.engine;

/** A reasoning level that no model knows. */
public final class InvalidReasoningLevel extends EngineException {
  private static final long serialVersionUID = 1L;

  public InvalidReasoningLevel(String message) {
    super(message, null);
  }

  @Override
  public String code() {
    return "invalid_reasoning_level";
  }
}
