package dev.javelin.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Errors that say a request can never be carried out, as JSON, and back. */
final class Refusals {
  private Refusals() {}

  /** Whether the same request would be refused again: the others depend on the moment. */
  static boolean isLasting(EngineException error) {
    return switch (error) {
      case InvalidRequest e -> true;
      case InvalidReasoningLevel e -> true;
      case NotSupported e -> true;
      case TokenLimitExceeded e -> true;
      case PoolExhausted e -> false;
      case CheckpointInvalid e -> false;
      case GenerationFailed e -> false;
      case ModelInvalid e -> false;
      case ModelNotReady e -> false;
      case ModelNotFound e -> false;
      case RecordingMissed e -> false;
      case RemoteFailed e -> false;
    };
  }

  static ObjectNode write(EngineException error) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("code", error.code()).put("message", error.getMessage());
    if (error instanceof TokenLimitExceeded e) {
      json.put("promptTokens", e.promptTokens()).put("contextLength", e.contextLength());
    }
    return json;
  }

  static EngineException read(JsonNode json) throws IOException {
    String message = json.get("message").asText();
    return switch (json.get("code").asText()) {
      case "invalid_request" -> new InvalidRequest(message);
      case "invalid_reasoning_level" -> new InvalidReasoningLevel(message);
      case "not_supported" -> new NotSupported(message);
      case "context_length_exceeded" ->
          new TokenLimitExceeded(
              json.get("promptTokens").asInt(), json.get("contextLength").asInt());
      default -> throw new IOException("no such refusal is recorded: " + json);
    };
  }
}
