package dev.javelin.server.run;

import dev.javelin.engine.GenerationEvent;
import java.io.IOException;

/** Takes the events of a generation, usually to write them to a client. */
@FunctionalInterface
public interface EventSink {
  /**
   * @throws IOException if the client is gone: the generation is cancelled
   */
  void accept(GenerationEvent event) throws IOException;
}
