package dev.javelin.cli;

import java.util.function.Function;

/** Reads a list of token ids, separated by commas or white space. */
final class TokenIds {
  private TokenIds() {}

  /**
   * The numbers that {@code text} lists.
   *
   * @param fault makes the exception for a word that is no number
   */
  static int[] parse(String text, Function<String, ? extends RuntimeException> fault) {
    if (text.isBlank()) {
      throw fault.apply("no token ids given");
    }
    var words = text.strip().split("[\\s,]+");
    int[] ids = new int[words.length];
    for (int i = 0; i < ids.length; i++) {
      try {
        ids[i] = Integer.parseInt(words[i]);
      } catch (NumberFormatException noNumber) {
        throw fault.apply("a token id is a number, not '" + words[i] + "'");
      }
    }
    return ids;
  }

  /** Refuses ids that the vocabulary does not have. */
  static void check(int[] ids, int vocabularySize) {
    for (int id : ids) {
      if (id < 0 || id >= vocabularySize) {
        throw new IllegalArgumentException(
            "token ids of this model are 0 to " + (vocabularySize - 1) + ", not " + id);
      }
    }
  }
}
