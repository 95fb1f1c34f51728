package dev.javelin.server.http;

import java.io.IOException;

/** What answers the calls of one route. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers one call. Runs on a virtual thread and may wait.
   *
   * @throws IOException if the client is gone
   */
  void handle(Call call) throws IOException;
}
