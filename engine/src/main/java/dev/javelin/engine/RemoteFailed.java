package dev.javelin.engine;

/** A server that was to answer cannot be reached, refuses, or broke off; the message says which. */
public final class RemoteFailed extends EngineException {
  private static final long serialVersionUID = 1L;

  public RemoteFailed(String message) {
    super(message, null);
  }

  public RemoteFailed(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public String code() {
    return "remote_failed";
  }
}
