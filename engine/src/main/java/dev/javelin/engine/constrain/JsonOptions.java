package dev.javelin.engine.constrain;

/**
 * How the JSON of an answer may be written.
 *
 * @param whitespace between the tokens of JSON
 */
public record JsonOptions(Whitespace whitespace) {
  /**
   * What may stand between the tokens of JSON. Always bounded, so that a model cannot get lost in
   * blanks.
   */
  public enum Whitespace {
    /** Nothing: the fewest tokens, the most forced ones. */
    NONE,
    /**
     * Up to four blanks or tabs, or a line break (perhaps an empty line) with indentation: all
     * usual layouts.
     */
    FLEXIBLE
  }

  public static final JsonOptions DEFAULT = new JsonOptions(Whitespace.FLEXIBLE);
  public static final JsonOptions COMPACT = new JsonOptions(Whitespace.NONE);
}
