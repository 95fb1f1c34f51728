package dev.javelin.server.api;

import dev.javelin.engine.ModelInfo;
import java.util.List;

/** The answer of {@code /v1/models}. */
public record ModelList(String object, List<Entry> data) {
  /**
   * A model.
   *
   * @param meta what OpenAI's clients ignore and people ask for
   */
  public record Entry(String id, String object, long created, String ownedBy, Meta meta) {
    public static Entry of(String id, long created, ModelInfo info) {
      return new Entry(
          id,
          "model",
          created,
          "javelin",
          new Meta(
              info.name(),
              info.architecture(),
              info.parameterCount(),
              info.fileBytes(),
              info.vocabularySize(),
              info.contextLength(),
              info.trainedContextLength()));
    }
  }

  /** Sizes of a model. */
  public record Meta(
      String name,
      String architecture,
      long parameterCount,
      long fileBytes,
      int vocabularySize,
      int contextLength,
      int trainedContextLength) {}
}
