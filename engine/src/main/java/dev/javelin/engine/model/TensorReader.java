package dev.javelin.engine.model;

import dev.javelin.engine.ModelInvalid;
import dev.javelin.gguf.GgufException;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.tensor.WeightMatrix;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Takes a model's tensors out of its file, each checked against the shape that the sizes ask for.
 */
public final class TensorReader {
  private final GgufFile file;
  private final Set<String> taken = new HashSet<>();

  public TensorReader(GgufFile file) {
    this.file = file;
  }

  public boolean has(String name) {
    return file.has(name);
  }

  /** A matrix {columns, rows}. */
  public WeightMatrix matrix(String name, int rows, int columns) {
    check(name, columns, rows);
    return checked(() -> file.matrix(name));
  }

  /** The matrices of all experts, {columns, rows, count}. */
  public WeightMatrix[] matrices(String name, int rows, int columns, int count) {
    check(name, columns, rows, count);
    return checked(() -> file.matrices(name));
  }

  /** A vector of floats; several dimensions are read in order. */
  public float[] vector(String name, int... dimensions) {
    long[] wanted = Arrays.stream(dimensions).asLongStream().toArray();
    check(name, wanted);
    return checked(() -> file.vector(name));
  }

  /** The same, or null where the file has none. */
  public float[] optionalVector(String name, int... dimensions) {
    return file.has(name) ? vector(name, dimensions) : null;
  }

  /** The output matrix, or the embedding table where the file has none (tied). */
  public WeightMatrix outputOr(WeightMatrix table, int vocabulary, int embedding) {
    return has("output.weight") ? matrix("output.weight", vocabulary, embedding) : table;
  }

  /** A matrix with its bias and its scale, each of which may be missing. */
  public Linear linear(String name, int rows, int columns) {
    float[] scale = optionalVector(name + ".scale", 1);
    return new Linear(
        matrix(name + ".weight", rows, columns),
        optionalVector(name + ".bias", rows),
        scale == null ? 1 : scale[0]);
  }

  /**
   * All tensors have been taken.
   *
   * @throws ModelInvalid if the file has others: a file of another architecture, or of a version
   *     that computes more
   */
  public void finish() {
    for (String name : file.tensors().keySet()) {
      if (!taken.contains(name)) {
        throw new ModelInvalid(
            file.path()
                + ": tensor "
                + name
                + " has no place in this architecture; the file is for another model or program");
      }
    }
  }

  private void check(String name, long... dimensions) {
    TensorInfo tensor = file.tensors().get(name);
    if (tensor == null) {
      throw new ModelInvalid(
          file.path() + ": tensor " + name + " " + Arrays.toString(dimensions) + " is missing");
    }
    long[] have = tensor.dimensions();
    if (!Arrays.equals(trim(have), trim(dimensions))) {
      throw new ModelInvalid(
          file.path()
              + ": tensor "
              + name
              + " must be "
              + Arrays.toString(dimensions)
              + ", is "
              + Arrays.toString(have));
    }
    if (!tensor.type().isSupported()) {
      throw new ModelInvalid(
          file.path()
              + ": tensor "
              + name
              + " has type "
              + tensor.type()
              + ", which this version cannot compute with");
    }
    taken.add(name);
  }

  /** Trailing dimensions of 1 mean nothing in GGUF. */
  private static long[] trim(long[] dimensions) {
    int length = dimensions.length;
    while (length > 1 && dimensions[length - 1] == 1) {
      length--;
    }
    return Arrays.copyOf(dimensions, length);
  }

  private static <T> T checked(Supplier<T> read) {
    try {
      return read.get();
    } catch (GgufException e) {
      throw new ModelInvalid(e.getMessage(), e);
    }
  }
}
