package dev.javelin.engine;

/** There is no model where one was looked for; the message names the place. */
public final class ModelNotFound extends EngineException {
  private static final long serialVersionUID = 1L;

  public ModelNotFound(String message) {
    super(message, null);
  }

  @Override
  public String code() {
    return "source_not_found";
  }
}
