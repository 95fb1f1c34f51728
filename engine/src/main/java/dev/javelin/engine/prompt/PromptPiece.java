package dev.javelin.engine.prompt;

/** A part of a prompt: one special token, or text in which nothing is special. */
public sealed interface PromptPiece {
  String text();

  /** A token that exists in the vocabulary under exactly this text, like {@code <|start|>}. */
  record Special(String text) implements PromptPiece {}

  /** Text to be encoded with the recognition of special tokens switched off. */
  record Text(String text) implements PromptPiece {}
}
