package dev.javelin.engine.prompt.jinja;

import java.util.BitSet;

/**
 * A string that knows of each character whether the template wrote it or whether it came from
 * outside (a message, a tool). Only what the template wrote may become a special token, so every
 * operation on strings is made of {@link #slice} and {@link StrBuilder}, which keep that knowledge.
 * Equality and order look at the text alone.
 */
public final class Str implements Comparable<Str> {
  static final Str EMPTY = own("");

  private final String text;
  private final boolean foreign; // all characters, when mixed is null
  private final BitSet mixed; // foreign characters, or null
  private final boolean markup; // passed through the filter "safe"

  private Str(String text, boolean foreign, BitSet mixed, boolean markup) {
    this.text = text;
    this.foreign = foreign;
    this.mixed = mixed;
    this.markup = markup;
  }

  /** Text that the template wrote. */
  public static Str own(String text) {
    return new Str(text, false, null, false);
  }

  /** Text from outside. */
  public static Str foreign(String text) {
    return new Str(text, true, null, false);
  }

  static Str of(String text, BitSet foreignCharacters) {
    int count = foreignCharacters.cardinality();
    boolean uniform = count == 0 || count == text.length();
    return new Str(text, count > 0, uniform ? null : foreignCharacters, false);
  }

  public String text() {
    return text;
  }

  /** Whether the character at this index (as {@code charAt} counts) came from outside. */
  public boolean isForeign(int index) {
    return mixed == null ? foreign : mixed.get(index);
  }

  boolean isAllOwn() {
    return mixed == null && !foreign;
  }

  boolean isAllForeign() {
    return mixed == null && foreign;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  boolean isMarkup() {
    return markup;
  }

  Str asMarkup() {
    return new Str(text, foreign, mixed, true);
  }

  /** Part of the text; indexes as {@code substring} counts. */
  Str slice(int from, int to) {
    if (from == 0 && to == text.length()) {
      return markup ? new Str(text, foreign, mixed, false) : this;
    }
    return mixed == null
        ? new Str(text.substring(from, to), foreign, null, false)
        : of(text.substring(from, to), mixed.get(from, to));
  }

  Str slice(int from) {
    return slice(from, text.length());
  }

  /**
   * Another text in place of this one, like upper case; exact where the length stays, else foreign
   * if anything was.
   */
  Str replaced(String other) {
    if (mixed != null && other.length() == text.length()) {
      return new Str(other, true, mixed, false);
    }
    return new Str(other, foreign, null, false);
  }

  /** Number of code points, which is how Python counts. */
  int length() {
    return text.codePointCount(0, text.length());
  }

  /** Index as {@code charAt} counts of the n-th code point. */
  int charIndex(int codePoints) {
    return text.offsetByCodePoints(0, codePoints);
  }

  @Override
  public int compareTo(Str other) { // by code points, not by UTF-16 units
    int common = Math.min(text.length(), other.text.length());
    for (int i = 0; i < common; i++) {
      char a = text.charAt(i);
      char b = other.text.charAt(i);
      if (a != b) {
        boolean bothSurrogates = Character.isSurrogate(a) == Character.isSurrogate(b);
        return bothSurrogates ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
      }
    }
    return Integer.compare(text.length(), other.text.length());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Str str && str.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
