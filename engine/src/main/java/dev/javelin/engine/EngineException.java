package dev.javelin.engine;

/**
 * Root of all errors that the engine reports to its callers. Each subclass has a stable code, so
 * that a server can map it and a script can look for it.
 */
public abstract sealed class EngineException extends RuntimeException
    permits CheckpointInvalid,
        GenerationFailed,
        InvalidReasoningLevel,
        InvalidRequest,
        ModelInvalid,
        ModelNotFound,
        ModelNotReady,
        NotSupported,
        PoolExhausted,
        RecordingMissed,
        RemoteFailed,
        TokenLimitExceeded {
  private static final long serialVersionUID = 1L;

  EngineException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A short word that stays the same from version to version. */
  public abstract String code();
}
