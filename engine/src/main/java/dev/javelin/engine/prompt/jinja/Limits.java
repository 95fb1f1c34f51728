package dev.javelin.engine.prompt.jinja;

/**
 * What one rendering may use; a template comes with a model file and is as trustworthy as that.
 *
 * @param steps evaluated expressions, statements and loop iterations
 * @param characters of all strings made on the way, dead ones included; elements of lists count as
 *     8
 * @param depth of expressions, statements and macro calls inside one another
 */
public record Limits(long steps, long characters, int depth) {
  /**
   * Enough for a conversation of a million tokens; less than a second of work and half a gigabyte
   * at the very worst.
   */
  public static final Limits DEFAULT = new Limits(20_000_000, 256_000_000, 500);
}
