package dev.javelin.gguf;

import java.nio.file.Path;

/**
 * The container itself is spoilt, cut off or of a kind that is not read; found while the file is
 * opened.
 */
public final class GgufFormatException extends GgufException {
  private static final long serialVersionUID = 1L;

  GgufFormatException(Path file, String subject, String rule) {
    super(file, subject, rule);
  }
}
