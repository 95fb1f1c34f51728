package dev.javelin.server.run;

import dev.javelin.engine.Generation;
import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationFailed;
import dev.javelin.engine.GenerationResult;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** An answer that the engine is writing. Gives its place back when it ends, however it ends. */
final class LiveAnswering implements Answering {
  /** Told how the generation went. */
  interface Observer {
    void event(GenerationEvent event);

    void over();
  }

  private final Generation generation;
  private final Observer observer;
  private final AtomicBoolean over = new AtomicBoolean();

  LiveAnswering(Generation generation, Observer observer) {
    this.generation = generation;
    this.observer = observer;
  }

  @Override
  public GenerationResult forEach(EventSink sink) throws IOException {
    try {
      while (true) {
        GenerationEvent event = generation.next();
        observer.event(event);
        sink.accept(event);
        if (event instanceof GenerationEvent.Finished finished) {
          return finished.result();
        }
        if (event instanceof GenerationEvent.Failed failed) {
          throw failed.error();
        }
      }
    } catch (InterruptedException e) {
      generation.cancel();
      Thread.currentThread().interrupt();
      throw new GenerationFailed("interrupted while waiting for an answer", e);
    } catch (IOException | RuntimeException e) {
      generation.cancel();
      throw e;
    } finally {
      if (over.compareAndSet(false, true)) {
        observer.over();
      }
    }
  }

  @Override
  public void cancel() {
    generation.cancel();
  }
}
