package dev.javelin.engine;

/** One generation ended by a fault of the engine; others go on. */
public final class GenerationFailed extends EngineException {
  private static final long serialVersionUID = 1L;

  public GenerationFailed(String message) {
    super(message, null);
  }

  public GenerationFailed(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public String code() {
    return "internal_error";
  }
}
