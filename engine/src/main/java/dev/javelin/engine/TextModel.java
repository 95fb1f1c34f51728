package dev.javelin.engine;

import java.util.function.Consumer;

/**
 * What answers requests: a {@link GenerativeModel}, which computes or has a server compute, or a
 * {@link Recorder}, which remembers. Programs that ask for no more than this can be tested without
 * a model.
 */
public interface TextModel {
  /**
   * Starts a generation.
   *
   * @throws InvalidRequest if the request can never be carried out
   * @throws NotSupported if it asks for what this model or its server does not offer
   * @throws RecordingMissed if the answer is not among the recorded ones
   */
  Generation submit(GenerationRequest request);

  /** Generates and waits for the result. */
  default GenerationResult generate(GenerationRequest request) {
    return submit(request).await();
  }

  /** Generates and passes each event on, on the calling thread. */
  default GenerationResult generate(GenerationRequest request, Consumer<GenerationEvent> listener) {
    return submit(request).await(listener);
  }
}
