package dev.javelin.engine;

import java.util.Locale;

/** Why a generation ended. */
public enum FinishReason {
  /** The model ended its answer, or a stop string was met. */
  STOP,
  /** The token limit or the end of the context was reached. */
  LENGTH,
  /** The model asks for functions to be called. */
  TOOL_CALLS,
  /** The caller cancelled it. */
  CANCELLED,
  /** The request's deadline passed. */
  DEADLINE;

  /** The reason as the wire writes it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
