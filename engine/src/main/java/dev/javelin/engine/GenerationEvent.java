package dev.javelin.engine;

/**
 * What a caller learns while a generation runs, in order; {@link Finished} or {@link Failed} is the
 * last one.
 */
public sealed interface GenerationEvent {
  /** More of the answer. */
  record Text(String piece) implements GenerationEvent {}

  /** More of the chain of thought. */
  record Reasoning(String piece) implements GenerationEvent {}

  /** A function call begins; its arguments follow. */
  record ToolCallStarted(int index, String id, String name) implements GenerationEvent {}

  /** More of the arguments' JSON text. */
  record ToolCallArguments(int index, String piece) implements GenerationEvent {}

  /** How likely the token was that the next text comes from; only if asked for. */
  record TokenChosen(TokenLogProbability token) implements GenerationEvent {}

  /** More of the prompt has been processed: {@code done} of {@code total} tokens. */
  record Prefilled(int done, int total) implements GenerationEvent {}

  /** The end. */
  record Finished(GenerationResult result) implements GenerationEvent {}

  /** The end, by an error. */
  record Failed(EngineException error) implements GenerationEvent {}
}
