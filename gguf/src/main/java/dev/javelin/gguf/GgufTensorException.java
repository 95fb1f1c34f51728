package dev.javelin.gguf;

import java.nio.file.Path;

/** A tensor is missing, or has a shape or type that the requested view does not allow. */
public final class GgufTensorException extends GgufException {
  private static final long serialVersionUID = 1L;

  GgufTensorException(Path file, String tensor, String rule) {
    super(file, tensor, rule);
  }
}
