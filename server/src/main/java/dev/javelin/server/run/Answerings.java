package dev.javelin.server.run;

import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Several answers to one call, followed at the same time. */
public final class Answerings {
  private static final Executor EACH_ITS_THREAD =
      task -> Thread.ofVirtual().name("javelin-choice").start(task);

  /** Takes the events of all answers; one at a time for each of them, but not among them. */
  @FunctionalInterface
  public interface Sink {
    /**
     * @throws IOException if the client is gone
     */
    void accept(int choice, GenerationEvent event) throws IOException;
  }

  private Answerings() {}

  /**
   * Passes all events on until the last answer has ended. If one fails, all are cancelled and its
   * error is thrown.
   */
  public static List<GenerationResult> follow(List<Answering> answerings, Sink sink)
      throws IOException {
    if (answerings.size() == 1) {
      return List.of(answerings.getFirst().forEach(event -> sink.accept(0, event)));
    }
    List<CompletableFuture<GenerationResult>> futures = new ArrayList<>();
    for (int i = 0; i < answerings.size(); i++) {
      int choice = i;
      futures.add(
          CompletableFuture.supplyAsync(() -> follow(answerings, choice, sink), EACH_ITS_THREAD));
    }
    CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .exceptionally(e -> null)
        .join();
    List<GenerationResult> results = new ArrayList<>();
    for (CompletableFuture<GenerationResult> future : futures) {
      results.add(result(future));
    }
    return results;
  }

  private static GenerationResult follow(List<Answering> answerings, int choice, Sink sink) {
    try {
      return answerings.get(choice).forEach(event -> sink.accept(choice, event));
    } catch (IOException e) {
      answerings.forEach(Answering::cancel);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      answerings.forEach(Answering::cancel);
      throw e;
    }
  }

  private static GenerationResult result(CompletableFuture<GenerationResult> future)
      throws IOException {
    try {
      return future.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case UncheckedIOException io -> throw io.getCause();
        case RuntimeException cause -> throw cause;
        default -> throw e;
      }
    }
  }
}
