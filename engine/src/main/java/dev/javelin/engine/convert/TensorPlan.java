package dev.javelin.engine.convert;

import dev.javelin.tensor.QuantType;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * One tensor of the file to be written.
 *
 * @param dimensions contiguous one first
 * @param bytes makes its data, all at once
 */
record TensorPlan(String name, QuantType type, long[] dimensions, Supplier<MemorySegment> bytes) {
  /** Any tensor as floats: vectors, biases, small tables. */
  static TensorPlan floats(String name, HfTensor source) {
    return new TensorPlan(
        name,
        QuantType.F32,
        dimensions(source),
        () -> MemorySegment.ofArray(Layouts.bytes(source.floats())));
  }

  /** A tensor as it lies. */
  static TensorPlan copy(String name, HfTensor source) {
    return new TensorPlan(name, source.type(), dimensions(source), source::data);
  }

  private static long[] dimensions(HfTensor source) {
    long[] dimensions = new long[source.shape().length];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = source.shape()[dimensions.length - 1 - i];
    }
    return dimensions;
  }
}
