package dev.javelin.server.route;

import dev.javelin.engine.FinishReason;
import dev.javelin.engine.GenerationResult;
import dev.javelin.server.http.ApiError;
import java.io.IOException;
import java.util.List;

/** The engine's finish reasons in the words of each API. */
final class FinishReasons {
  private FinishReasons() {}

  static String openAi(FinishReason reason) {
    return switch (reason) {
      case STOP, CANCELLED -> "stop";
      case LENGTH, DEADLINE -> "length";
      case TOOL_CALLS -> "tool_calls";
    };
  }

  /**
   * Checks an answer that is about to be sent whole.
   *
   * @throws ApiError 504 if the time was over before the first word
   * @throws IOException if the client has left
   */
  static void check(List<GenerationResult> results) throws IOException {
    for (GenerationResult result : results) {
      if (result.finishReason() == FinishReason.CANCELLED) {
        throw new IOException("cancelled: the client is gone");
      }
      boolean nothing =
          result.text().isEmpty() && result.reasoning().isEmpty() && result.toolCalls().isEmpty();
      if (result.finishReason() == FinishReason.DEADLINE && nothing) {
        throw ApiError.timeout("the answer did not begin within the time that this server allows");
      }
    }
  }
}
