package dev.javelin.engine.prompt;

import dev.javelin.engine.prompt.jinja.JinjaException;

/** A chat template is broken, or refuses a conversation. */
public final class ChatTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String kind;
  private final String detail;

  ChatTemplateException(JinjaException cause) {
    super(cause.getMessage(), cause);
    this.kind = cause.kind();
    this.detail = cause.detail();
  }

  /**
   * What went wrong, in jinja2's words: {@code TemplateSyntaxError}, {@code UndefinedError}, {@code
   * TemplateError} ...
   */
  public String kind() {
    return kind;
  }

  /** The message alone; for {@code TemplateError} what the template itself says. */
  public String detail() {
    return detail;
  }
}
