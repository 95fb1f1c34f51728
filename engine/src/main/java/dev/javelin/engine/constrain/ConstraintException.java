package dev.javelin.engine.constrain;

/**
 * A constraint that cannot be enforced, refused before any token is generated. It names the rule,
 * the place in the source (a JSON pointer for schemas, "line:column" for grammars, an offset for
 * regexes) and what was found there.
 */
public final class ConstraintException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of refusal; the wire form is {@link #wireName}. */
  public enum Code {
    /** Not JSON Schema: a keyword has a value of the wrong kind. */
    INVALID_SCHEMA,
    /**
     * A keyword, or a combination of keywords, that affects validity and that cannot be enforced.
     */
    UNSUPPORTED_KEYWORD,
    /** A {@code $ref} to something that is not in the document. */
    UNRESOLVED_REFERENCE,
    /** No text at all can satisfy it. */
    UNSATISFIABLE,
    /** Above the limits on size, nesting or number of states. */
    TOO_COMPLEX,
    INVALID_REGEX,
    UNSUPPORTED_REGEX,
    INVALID_GRAMMAR;

    public String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Code code;
  private final String pointer;
  private final String detail;

  public ConstraintException(Code code, String pointer, String detail) {
    super(detail + (pointer.isEmpty() ? "" : " (at " + pointer + ")"));
    this.code = code;
    this.pointer = pointer;
    this.detail = detail;
  }

  public Code code() {
    return code;
  }

  /**
   * Where: a JSON pointer into the schema, or a position in a grammar or regex; empty for the
   * whole.
   */
  public String pointer() {
    return pointer;
  }

  /** The same refusal, placed: used where the finder did not know the place. */
  public ConstraintException at(String place) {
    ConstraintException placed = new ConstraintException(code, place, detail);
    placed.initCause(this);
    return placed;
  }
}
