package dev.javelin.engine.prompt.harmony;

/** The special tokens of Harmony. */
public enum HarmonyMark {
  /** Begins a header. */
  START("<|start|>"),
  /** Stands before the channel name, in a header. */
  CHANNEL("<|channel|>"),
  /** Stands before the type of the content, in a header. */
  CONSTRAIN("<|constrain|>"),
  /** Ends the header and begins the content. */
  MESSAGE("<|message|>"),
  /** Ends a message; more may follow, so generation goes on. */
  END("<|end|>"),
  /** Ends a call of a tool; generation stops for its result. */
  CALL("<|call|>"),
  /** The model has finished. */
  RETURN("<|return|>"),
  /** Padding; a model that writes it has finished too. */
  END_OF_TEXT("<|endoftext|>");

  private final String text;

  HarmonyMark(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  /** Whether it ends a message. */
  boolean ends() {
    return this == END || this == CALL || this == RETURN || this == END_OF_TEXT;
  }

  /**
   * Whether generation stops at it. {@link #END} is not one: after its analysis the model still has
   * to answer.
   */
  boolean stops() {
    return this == CALL || this == RETURN || this == END_OF_TEXT;
  }
}
