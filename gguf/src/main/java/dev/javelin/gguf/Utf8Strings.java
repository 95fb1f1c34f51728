package dev.javelin.gguf;

/**
 * An array of strings as their UTF-8 bytes, for vocabularies that are too large to be a String
 * each.
 *
 * @param bytes of all strings, one after another
 * @param offsets string {@code i} is {@code bytes[offsets[i] .. offsets[i + 1])}, so there is one
 *     more than strings
 */
public record Utf8Strings(byte[] bytes, int[] offsets) {
  public int count() {
    return offsets.length - 1;
  }
}
