package dev.javelin.server.run;

import dev.javelin.engine.GenerationResult;
import java.io.IOException;

/** One answer that has been accepted: it is being generated, or it was found in the cache. */
public interface Answering {
  /**
   * Passes all events on, on this thread, until the end. To be called once.
   *
   * @throws IOException if the sink's client is gone
   */
  GenerationResult forEach(EventSink sink) throws IOException;

  /** Waits for the end. */
  default GenerationResult await() throws IOException {
    return forEach(event -> {});
  }

  /** Ends the generation, if it runs; {@link #forEach} returns soon. */
  void cancel();
}
