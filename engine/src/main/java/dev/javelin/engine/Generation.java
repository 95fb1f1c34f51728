package dev.javelin.engine;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * A handle on one submitted generation. The engine puts events in; one caller takes them out.
 *
 * <p>Any thread may cancel.
 */
public final class Generation {
  private final BlockingQueue<GenerationEvent> events = new LinkedBlockingQueue<>();
  private final Runnable wakeEngine;
  private final Consumer<GenerationEvent> observer;
  private volatile boolean cancelled;
  private volatile boolean abandoned;
  private volatile Optional<AgentBlocks> kept = Optional.empty();
  private boolean muted;

  Generation(Runnable wakeEngine) {
    this(wakeEngine, event -> {});
  }

  /**
   * @param observer sees each event before the caller does
   */
  Generation(Runnable wakeEngine, Consumer<GenerationEvent> observer) {
    this.wakeEngine = wakeEngine;
    this.observer = observer;
  }

  /** The next event; waits for it. After {@code Finished} or {@code Failed} none will come. */
  public GenerationEvent next() throws InterruptedException {
    return events.take();
  }

  /** Asks the engine to end this generation; it ends within a layer of the step in progress. */
  public void cancel() {
    cancelled = true;
    wakeEngine.run();
  }

  /**
   * Passes all events to {@code listener}, on the calling thread, until the end. If the listener
   * throws or the thread is interrupted, the generation is cancelled and keeps no blocks.
   *
   * @throws EngineException the error that ended the generation
   */
  public GenerationResult await(Consumer<GenerationEvent> listener) {
    try {
      while (true) {
        GenerationEvent event = next();
        listener.accept(event);
        switch (event) {
          case GenerationEvent.Finished finished -> {
            return finished.result();
          }
          case GenerationEvent.Failed failed -> throw failed.error();
          case GenerationEvent.Text text -> {}
          case GenerationEvent.Reasoning reasoning -> {}
          case GenerationEvent.ToolCallStarted started -> {}
          case GenerationEvent.ToolCallArguments arguments -> {}
          case GenerationEvent.TokenChosen token -> {}
          case GenerationEvent.Prefilled prefilled -> {}
        }
      }
    } catch (InterruptedException e) {
      abandon();
      Thread.currentThread().interrupt();
      throw new GenerationFailed("interrupted while waiting for an answer", e);
    } catch (RuntimeException | Error e) {
      abandon();
      throw e;
    }
  }

  /** Waits for the end and returns the result. */
  public GenerationResult await() {
    return await(event -> {});
  }

  /** Nobody will see the result: whoever comes second, this or the result, closes its blocks. */
  private void abandon() {
    abandoned = true;
    cancel();
    kept.ifPresent(AgentBlocks::close);
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** While muted, events are dropped. */
  void mute(boolean value) {
    muted = value;
  }

  void put(GenerationEvent event) {
    if (!muted) {
      observer.accept(event);
      events.add(event);
      if (event instanceof GenerationEvent.Finished(GenerationResult result)) {
        kept = result.blocks();
        if (abandoned) {
          kept.ifPresent(AgentBlocks::close);
        }
      }
    }
  }
}
