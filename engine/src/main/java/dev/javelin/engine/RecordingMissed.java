package dev.javelin.engine;

/**
 * A recording does not hold what is asked for: another request, model or version. The message says
 * what differs and how to record anew.
 */
public final class RecordingMissed extends EngineException {
  private static final long serialVersionUID = 1L;

  public RecordingMissed(String message) {
    super(message, null);
  }

  @Override
  public String code() {
    return "recording_missed";
  }
}
