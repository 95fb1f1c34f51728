package dev.javelin.gguf;

import java.nio.file.Path;

/** A key is missing, has another type than the caller needs, or a value that does not fit. */
public final class GgufKeyException extends GgufException {
  private static final long serialVersionUID = 1L;

  GgufKeyException(Path file, String key, String rule) {
    super(file, key, rule);
  }
}
