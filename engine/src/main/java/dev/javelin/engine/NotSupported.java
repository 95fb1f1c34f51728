package dev.javelin.engine;

/** A valid request for something that this model or version does not offer. */
public final class NotSupported extends EngineException {
  private static final long serialVersionUID = 1L;

  public NotSupported(String message) {
    super(message, null);
  }

  @Override
  public String code() {
    return "not_supported";
  }
}
