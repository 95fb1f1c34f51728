package dev.javelin.gguf;

import dev.javelin.tensor.QuantType;
import java.util.Arrays;

/**
 * Where one tensor lies.
 *
 * @param dimensions contiguous dimension first (GGUF's ne0), so a matrix is {columns, rows}; none
 *     for a scalar
 * @param offsetBytes from the start of the file
 */
public record TensorInfo(
    String name, long[] dimensions, QuantType type, long offsetBytes, long byteSize) {
  /** The product of the dimensions; it fits because opening checked it. */
  public long elementCount() {
    long count = 1;
    for (long dimension : dimensions) {
      count *= dimension;
    }
    return count;
  }

  /** The dimensions as messages show them: {@code {2880, 4096}}. */
  public String shape() {
    String list = Arrays.toString(dimensions);
    return "{" + list.substring(1, list.length() - 1) + "}";
  }

  @Override
  public String toString() {
    return name + " " + shape() + " " + type + " offset=" + offsetBytes + " bytes=" + byteSize;
  }
}
