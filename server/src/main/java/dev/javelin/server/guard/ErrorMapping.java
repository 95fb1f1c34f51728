package dev.javelin.server.guard;

import dev.javelin.engine.CheckpointInvalid;
import dev.javelin.engine.EngineException;
import dev.javelin.engine.GenerationFailed;
import dev.javelin.engine.InvalidReasoningLevel;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.ModelInvalid;
import dev.javelin.engine.ModelNotFound;
import dev.javelin.engine.ModelNotReady;
import dev.javelin.engine.NotSupported;
import dev.javelin.engine.PoolExhausted;
import dev.javelin.engine.RecordingMissed;
import dev.javelin.engine.RemoteFailed;
import dev.javelin.engine.TokenLimitExceeded;
import dev.javelin.server.http.ApiError;

/**
 * The engine's errors as HTTP says them. The switch has no default: a new error does not compile
 * until it is mapped.
 */
public final class ErrorMapping {
  private static final int LOADING_RETRY_SECONDS = 2;
  private static final int POOL_RETRY_SECONDS = 1;

  private ErrorMapping() {}

  public static ApiError of(EngineException error, String requestId) {
    return switch (error) {
      case GenerationFailed e -> ApiError.internal(requestId);
      case CheckpointInvalid e -> ApiError.invalid(e.code(), null, e.getMessage());
      case InvalidReasoningLevel e ->
          ApiError.invalid(e.code(), "reasoning_effort", e.getMessage());
      case InvalidRequest e -> ApiError.invalid(e.code(), null, e.getMessage());
      case ModelInvalid e ->
          ApiError.unavailable(e.code(), LOADING_RETRY_SECONDS, "the model cannot be used");
      case ModelNotFound e ->
          ApiError.unavailable(e.code(), LOADING_RETRY_SECONDS, "the model cannot be used");
      case ModelNotReady e -> ApiError.unavailable(e.code(), LOADING_RETRY_SECONDS, e.getMessage());
      case NotSupported e -> ApiError.notSupported(e.code(), null, e.getMessage());
      case PoolExhausted e -> ApiError.overloaded(e.code(), POOL_RETRY_SECONDS, e.getMessage());
      case RecordingMissed e -> ApiError.notFound(e.code(), null, e.getMessage());
      case RemoteFailed e -> ApiError.unavailable(e.code(), LOADING_RETRY_SECONDS, e.getMessage());
      case TokenLimitExceeded e -> ApiError.invalid(e.code(), "messages", e.getMessage());
    };
  }
}
