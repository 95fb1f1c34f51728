package dev.javelin.engine;

import dev.javelin.engine.sampling.SamplingParameters;

/**
 * What answers requests, wherever it runs: {@link LanguageModel} computes in this process, {@link
 * RemoteModel} asks a server.
 *
 * <pre>{@code
 * try (GenerativeModel model = GenerativeModel.open("http://127.0.0.1:8080/v1")) {
 *   System.out.println(model.generate(GenerationRequest.chat("What is 17 + 25?").build()).text());
 * }
 * }</pre>
 *
 * <p>Safe for many threads.
 */
public sealed interface GenerativeModel extends TextModel, AutoCloseable
    permits LanguageModel, RemoteModel {
  /**
   * Opens whatever a name means: see {@link ModelSource#of(String)}.
   *
   * @throws ModelNotFound if nothing is there
   * @throws ModelInvalid if there is something else than a model that can be used
   * @throws RemoteFailed if a server cannot be reached or refuses
   */
  static GenerativeModel open(String source) {
    return open(ModelSource.of(source), EngineOptions.defaults());
  }

  /** Opens a source; the options are for models in this process. */
  static GenerativeModel open(ModelSource source, EngineOptions options) {
    return switch (source) {
      case ModelSource.Local local -> LanguageModel.open(local, options);
      case ModelSource.Server server -> RemoteModel.open(server);
    };
  }

  /** The model's own name. */
  String name();

  /** Where it comes from. */
  ModelSource source();

  /** What it is, in one line. */
  String description();

  /** What a request that says nothing of sampling gets, as far as it is known. */
  SamplingParameters defaultSampling();

  /** Tries the model out with short generations, and says what is wrong. */
  Validation validate();

  /** Ends all generations and frees everything. */
  @Override
  void close();
}
