package dev.javelin.server.run;

import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationResult;
import java.io.IOException;
import java.util.List;

/** An answer that was kept: its events once more. */
final class CachedAnswering implements Answering {
  private final List<GenerationEvent> events;

  CachedAnswering(List<GenerationEvent> events) {
    this.events = events;
  }

  @Override
  public GenerationResult forEach(EventSink sink) throws IOException {
    for (GenerationEvent event : events) {
      sink.accept(event);
    }
    return ((GenerationEvent.Finished) events.getLast()).result();
  }

  @Override
  public void cancel() {
    // Nothing runs.
  }
}
