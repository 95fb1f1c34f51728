package dev.javelin.server.run;

import dev.javelin.engine.EngineException;
import dev.javelin.engine.Generation;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.ModelNotReady;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.Recorder;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * The one model of a server, from loading to closing. The server listens while it loads, and says
 * so.
 */
public final class ModelHost implements AutoCloseable {
  /** Where the model is in its life. */
  public enum State {
    LOADING,
    WARMING,
    READY,
    FAILED,
    DRAINING,
    CLOSED
  }

  private static final int WARM_UP_TOKENS = 16;
  private static final int WARM_UP_PROMPT = 64;

  /** Puts a recorder between the clients and the model, or none. */
  @FunctionalInterface
  public interface Recording {
    Optional<Recorder> of(LanguageModel model);
  }

  private final Recording recording;
  private final Thread loader;
  private final CompletableFuture<LanguageModel> opened = new CompletableFuture<>();
  private volatile State state = State.LOADING;
  private volatile LanguageModel model;
  private volatile Optional<Recorder> recorder = Optional.empty();

  /** Begins to load on a thread of its own. */
  public ModelHost(Supplier<LanguageModel> source, boolean warmUp, Recording recording) {
    this.recording = recording;
    loader = Thread.ofPlatform().name("javelin-loader").daemon().start(() -> load(source, warmUp));
  }

  private void load(Supplier<LanguageModel> source, boolean warmUp) {
    try {
      LanguageModel loaded = source.get();
      synchronized (this) {
        if (state == State.CLOSED || state == State.DRAINING) {
          loaded.close();
          return;
        }
        model = loaded;
        state = State.WARMING;
      }
      recorder = recording.of(loaded);
      if (warmUp && recorder.filter(Recorder::replays).isEmpty()) {
        warmUp(loaded);
      }
      become(State.READY);
      opened.complete(loaded);
    } catch (RuntimeException | Error e) {
      become(State.FAILED);
      opened.completeExceptionally(e);
    }
  }

  /** From now on the model counts as not ready; generations that run go on. */
  public void drain() {
    become(State.DRAINING);
  }

  private synchronized void become(State next) {
    if (state != State.CLOSED && state != State.DRAINING) {
      state = next;
    }
  }

  public State state() {
    return state;
  }

  /**
   * The model, for a request.
   *
   * @throws ModelNotReady if it is not there
   */
  public LanguageModel model() {
    return switch (state) {
      case READY, DRAINING -> model;
      case LOADING -> throw new ModelNotReady("the model is being loaded; try again soon");
      case WARMING -> throw new ModelNotReady("the model is warming up; try again soon");
      case FAILED ->
          throw new ModelNotReady("the model could not be loaded; the server's log says why");
      case CLOSED -> throw new ModelNotReady("the server is shutting down");
    };
  }

  /** Starts a generation: from the recording if one is replayed, else by the model. */
  Generation submit(GenerationRequest request) {
    LanguageModel ready = model();
    return recorder.isPresent() ? recorder.get().submit(request) : ready.submit(request);
  }

  /** What records or replays; empty: nothing does, or the model is not there yet. */
  public Optional<Recorder> recorder() {
    return recorder;
  }

  /**
   * Waits until the model can be used.
   *
   * @throws EngineException if it cannot be opened
   */
  public LanguageModel await() {
    try {
      return opened.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw e;
      }
    }
  }

  /**
   * Has the compiler see the hot loops before the first user does: a prompt and a few tokens,
   * twice. Returns the milliseconds.
   */
  public static long warmUp(LanguageModel model) {
    long start = System.nanoTime();
    int[] ids = new int[Math.min(WARM_UP_PROMPT, model.info().contextLength() / 2)];
    int[] letters = model.tokenizer().encode("warm up", false);
    for (int i = 0; i < ids.length; i++) {
      ids[i] = letters.length == 0 ? 0 : letters[i % letters.length];
    }
    for (int run = 0; run < 2; run++) {
      model.generate(
          GenerationRequest.builder(new Prompt.Ids(ids))
              .maxTokens(WARM_UP_TOKENS)
              .ignoreEnd(true)
              .cacheSalt("warm-up " + System.nanoTime())
              .build());
    }
    return (System.nanoTime() - start) / 1_000_000;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (state == State.CLOSED) {
        return;
      }
      state = State.CLOSED;
    }
    if (model != null) {
      recorder.ifPresent(Recorder::close);
      model.close();
    }
    loader.interrupt();
    opened.completeExceptionally(
        new ModelNotReady("the server was stopped before the model was ready"));
  }
}
