package dev.javelin.engine.model;

import dev.javelin.engine.ModelInvalid;
import dev.javelin.gguf.GgufException;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.Metadata;
import java.util.function.Supplier;

/** Reads one architecture's keys from a file's metadata and refuses values that no model can have. */
public final class Hyperparameters {
  private final String file;
  private final String prefix;
  private final Metadata metadata;

  public Hyperparameters(GgufFile file, String architecture) {
    this.file = file.path().toString();
    this.prefix = architecture + ".";
    this.metadata = file.metadata();
  }

  public Metadata metadata() {
    return metadata;
  }

  public boolean has(String key) {
    return metadata.has(prefix + key);
  }

  /** A count that must be there and at least 1. */
  public int count(String key) {
    return positive(key, required(key, () -> metadata.intValue(prefix + key)));
  }

  /** A count that is at least 1 where it is there. */
  public int count(String key, int otherwise) {
    return has(key) ? count(key) : otherwise;
  }

  public float number(String key) {
    return required(key, () -> metadata.floatValue(prefix + key));
  }

  public float number(String key, float otherwise) {
    return has(key) ? number(key) : otherwise;
  }

  public String text(String key, String otherwise) {
    return has(key) ? required(key, () -> metadata.string(prefix + key)) : otherwise;
  }

  /** An error about a value of this file. */
  public ModelInvalid invalid(String key, String rule, Object value) {
    return new ModelInvalid(file + ": " + prefix + key + " " + rule + ": " + value);
  }

  private int positive(String key, int value) {
    if (value <= 0) {
      throw invalid(key, "must be at least 1", value);
    }
    return value;
  }

  private <T> T required(String key, Supplier<T> read) {
    if (!has(key)) {
      throw new ModelInvalid(file + ": the key " + prefix + key + " is missing; this architecture needs it");
    }
    try {
      return read.get();
    } catch (GgufException e) {
      throw new ModelInvalid(e.getMessage(), e);
    }
  }
}
