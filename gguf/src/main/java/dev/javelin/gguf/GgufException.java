package dev.javelin.gguf;

import java.nio.file.Path;

/**
 * A GGUF file is not what it must be. The message names the place, the rule, the values and the
 * file; the subclass says whether the container, a key or a tensor was at fault.
 */
public abstract sealed class GgufException extends RuntimeException
    permits GgufFormatException, GgufKeyException, GgufTensorException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final String subject;

  GgufException(Path file, String subject, String rule) {
    super(subject + ": " + rule + ", file=" + file);
    this.file = file;
    this.subject = subject;
  }

  /** The file at fault. */
  public Path file() {
    return file;
  }

  /** The key, the tensor or the part of the file at fault. */
  public String subject() {
    return subject;
  }
}
