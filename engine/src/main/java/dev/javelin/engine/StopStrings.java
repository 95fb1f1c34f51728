package dev.javelin.engine;

import java.util.List;
import java.util.Optional;

/**
 * Looks for stop strings in a growing answer. Text that could be the beginning of one is held back
 * until it is clear that it is not.
 */
final class StopStrings {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private Optional<String> met = Optional.empty();

  StopStrings(List<String> stops) {
    this.stops = stops;
  }

  /** Takes more text and returns what is certain to belong to the answer. */
  String accept(String piece) {
    if (met.isPresent()) {
      return "";
    }
    if (stops.isEmpty()) {
      return piece;
    }
    held.append(piece);
    int first = Integer.MAX_VALUE;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      if (at >= 0 && at < first) {
        first = at;
        met = Optional.of(stop);
      }
    }
    if (met.isPresent()) {
      return take(first);
    }
    return take(held.length() - longestBeginning());
  }

  /** No more text comes: what was held back belongs to the answer. */
  String end() {
    return met.isPresent() ? "" : take(held.length());
  }

  /** The stop string that was met. */
  Optional<String> met() {
    return met;
  }

  private String take(int length) {
    String text = held.substring(0, length);
    held.delete(0, length);
    return text;
  }

  /** Length of the longest end of the held text that a stop string begins with. */
  private int longestBeginning() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (stop.startsWith(held.substring(held.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
