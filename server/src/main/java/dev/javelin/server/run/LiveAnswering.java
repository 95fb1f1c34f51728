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
  private boolean ended;

  LiveAnswering(Generation generation, Observer observer) {
    this.generation = generation;
    this.observer = observer;
  }

  @Override
  public GenerationResult forEach(EventSink sink) throws IOException {
    try {
      while (true) {
        GenerationEvent event = next();
        sink.accept(event);
        if (event instanceof GenerationEvent.Finished finished) {
          return finished.result();
        }
        if (event instanceof GenerationEvent.Failed failed) {
          throw failed.error();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GenerationFailed("interrupted while waiting for an answer", e);
    } finally {
      end();
    }
  }

  private GenerationEvent next() throws InterruptedException {
    GenerationEvent event = generation.next();
    ended = event instanceof GenerationEvent.Finished || event instanceof GenerationEvent.Failed;
    observer.event(event);
    return event;
  }

  /**
   * Cancels the generation if it still runs and waits for its end, since only that tells what it
   * used; gives its place back.
   */
  void end() {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!ended) {
        generation.cancel();
      }
      while (!ended) {
        next();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      observer.over();
    }
  }

  @Override
  public void cancel() {
    generation.cancel();
  }
}
