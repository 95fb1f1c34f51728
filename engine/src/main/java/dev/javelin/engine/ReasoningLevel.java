package dev.javelin.engine;

import java.util.Locale;
import java.util.Optional;

/** How long the model thinks before it answers. */
public enum ReasoningLevel {
  LOW,
  MEDIUM,
  HIGH;

  /** The level as prompts and the wire write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * {@code none} and {@code minimal} mean low, {@code xhigh} and {@code max} mean high; empty for
   * any other word.
   */
  public static Optional<ReasoningLevel> parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "low", "none", "minimal" -> Optional.of(LOW);
      case "medium" -> Optional.of(MEDIUM);
      case "high", "xhigh", "max" -> Optional.of(HIGH);
      default -> Optional.empty();
    };
  }
}
