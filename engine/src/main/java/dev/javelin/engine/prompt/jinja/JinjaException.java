package dev.javelin.engine.prompt.jinja;

/** A template cannot be parsed or rendered. Kinds and messages follow those of Python's jinja2. */
public final class JinjaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String kind;
  private final String detail;

  JinjaException(String kind, String detail) {
    super(kind + ": " + detail);
    this.kind = kind;
    this.detail = detail;
  }

  /**
   * The name of the Python exception: {@code TemplateSyntaxError}, {@code UndefinedError}, {@code
   * TypeError} ...
   */
  public String kind() {
    return kind;
  }

  /** The message without the kind; for {@code TemplateError} what the template itself says. */
  public String detail() {
    return detail;
  }

  static JinjaException syntax(String message, int line) {
    return new JinjaException("TemplateSyntaxError", message + " (line " + line + ")");
  }

  static JinjaException type(String message) {
    return new JinjaException("TypeError", message);
  }

  static JinjaException value(String message) {
    return new JinjaException("ValueError", message);
  }

  static JinjaException undefined(String message) {
    return new JinjaException("UndefinedError", message);
  }

  static JinjaException runtime(String message) {
    return new JinjaException("TemplateRuntimeError", message);
  }

  /** A limit of {@link Limits}; jinja2 has none of them. */
  static JinjaException limit(String what, long limit) {
    return new JinjaException(
        "LimitExceeded", "the template needs too much: " + what + " > " + limit);
  }
}
