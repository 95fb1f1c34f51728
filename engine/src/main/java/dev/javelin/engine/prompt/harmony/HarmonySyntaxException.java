package dev.javelin.engine.prompt.harmony;

/** A strict parser met something that is not Harmony. */
public final class HarmonySyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HarmonySyntaxException(String what) {
    super(what);
  }
}
