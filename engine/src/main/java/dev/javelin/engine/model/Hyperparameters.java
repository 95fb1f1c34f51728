package dev.javelin.engine.model;

import dev.javelin.engine.ModelInvalid;
import dev.javelin.gguf.GgufException;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.Metadata;
import java.util.function.Supplier;

/**
 * Reads one architecture's keys from a file's metadata and refuses values that no model can have.
 */
public final class Hyperparameters {
  private final String file;
  private final String architecture;
  private final String prefix;
  private final Metadata metadata;

  public Hyperparameters(GgufFile file, String architecture) {
    this.file = file.path().toString();
    this.architecture = architecture;
    this.prefix = architecture + ".";
    this.metadata = file.metadata();
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

  /**
   * The sizes under the keys that all families share.
   *
   * @throws ModelInvalid if one is missing or they do not fit together
   */
  public ModelSizes sizes(int vocabularySize) {
    int embedding = count("embedding_length");
    int heads = count("attention.head_count");
    int kvHeads = count("attention.head_count_kv", heads);
    if (heads % kvHeads != 0) {
      throw invalid(
          "attention.head_count",
          "must be a multiple of attention.head_count_kv " + kvHeads,
          heads);
    }
    if (!has("attention.key_length") && embedding % heads != 0) {
      throw invalid("attention.head_count", "must divide embedding_length " + embedding, heads);
    }
    int headDim = count("attention.key_length", embedding / heads);
    int valueDim = count("attention.value_length", headDim);
    if (valueDim != headDim) {
      throw invalid(
          "attention.value_length", "must equal attention.key_length " + headDim, valueDim);
    }
    return new ModelSizes(
        architecture,
        vocabularySize,
        count("context_length"),
        embedding,
        count("block_count"),
        heads,
        kvHeads,
        headDim);
  }

  /** How many values of each head are rotated. */
  public int rotaryDim(int headDim) {
    int rotary = count("rope.dimension_count", headDim);
    if (rotary > headDim || rotary % 2 != 0) {
      throw invalid(
          "rope.dimension_count", "must be even and at most the head size " + headDim, rotary);
    }
    return rotary;
  }

  /**
   * The divisor of all rotation frequencies: {@code rope.scaling.factor} where the type is linear,
   * else 1.
   */
  public float linearRopeFactor() {
    String scaling = text("rope.scaling.type", "none");
    return switch (scaling) {
      case "none" -> 1;
      case "linear" -> number("rope.scaling.factor", 1);
      default -> throw invalid("rope.scaling.type", "must be none or linear", scaling);
    };
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
      throw new ModelInvalid(
          file + ": the key " + prefix + key + " is missing; this architecture needs it");
    }
    try {
      return read.get();
    } catch (GgufException e) {
      throw new ModelInvalid(e.getMessage(), e);
    }
  }
}
