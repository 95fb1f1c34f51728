package dev.javelin.engine;

/** The request can never be carried out as it stands; the message says what to change. */
public final class InvalidRequest extends EngineException {
  private static final long serialVersionUID = 1L;

  public InvalidRequest(String message) {
    super(message, null);
  }

  public InvalidRequest(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public String code() {
    return "invalid_request";
  }
}
