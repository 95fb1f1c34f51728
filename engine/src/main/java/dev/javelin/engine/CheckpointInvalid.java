package dev.javelin.engine;

/**
 * A saved state cannot be used: damaged, cut off, of another model or cache layout, or under
 * another key. Encode anew.
 */
public final class CheckpointInvalid extends EngineException {
  private static final long serialVersionUID = 1L;

  public CheckpointInvalid(String message) {
    super(message, null);
  }

  public CheckpointInvalid(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public String code() {
    return "checkpoint_invalid";
  }
}
