package dev.javelin.engine.prompt.harmony;

/**
 * What a {@link HarmonyParser} finds, in order: each message is opened, gets its text in pieces,
 * and is closed.
 */
public interface HarmonyEvents {
  void opened(HarmonyHeader header);

  /** Whole characters; a piece is never empty. */
  void text(String piece);

  /**
   * @param end the token that ended the message; null when it was cut off
   */
  void closed(HarmonyMark end);

  /** The model broke the format; a strict parser throws instead. */
  void deviation(String what);
}
