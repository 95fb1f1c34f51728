package dev.javelin.tensor;

import dev.javelin.tensor.simd.MatrixKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A matrix [rows, columns] of weights of some quant type. Callers never see how it lies in memory:
 * as the bytes of a GGUF file, or as a copy in another order.
 *
 * <p>The segment is kept, not copied; whoever maps the file closes it after the last product. Only
 * a heap segment is copied to native memory, because kernels read absolute addresses.
 */
public final class WeightMatrix {
  private final String name;
  private final QuantType type;
  private final BlockFormat format;
  private final MemorySegment data;
  private final int rows;
  private final int columns;
  private final long rowBytes;
  private final MatrixKernel kernel;

  private WeightMatrix(
      String name, QuantType type, MemorySegment data, MemorySegment copy, int rows, int columns) {
    this.name = name;
    this.type = type;
    this.format = type.format().of(data, (long) rows * columns);
    this.data = data;
    this.rows = rows;
    this.columns = columns;
    this.rowBytes = type.rowBytes(columns);
    this.kernel = new MatrixKernel(type, format, data, copy, rows, columns);
  }

  /**
   * A matrix over {@code data}, row after row as in a GGUF file.
   *
   * @throws IllegalArgumentException if the type is not supported, a row is not whole blocks, or
   *     the sizes do not agree
   */
  public static WeightMatrix of(
      String name, QuantType type, MemorySegment data, int rows, int columns) {
    if (!type.isSupported()) {
      throw new IllegalArgumentException(
          name + ": " + type + " can be listed but not computed with");
    }
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          name + ": a matrix needs rows and columns >= 1: rows=" + rows + ", columns=" + columns);
    }
    if (columns % type.blockWeights() != 0) {
      throw new IllegalArgumentException(
          "%s: %s needs columns %% %d == 0: columns=%d"
              .formatted(name, type, type.blockWeights(), columns));
    }
    long needed = type.byteSize((long) rows * columns);
    if (data.byteSize() != needed) {
      throw new IllegalArgumentException(
          "%s: %s [%d, %d] needs %d bytes: bytes=%d"
              .formatted(name, type, rows, columns, needed, data.byteSize()));
    }
    MemorySegment reachable = data.isNative() ? data : nativeCopy(data);
    return new WeightMatrix(name, type, reachable, null, rows, columns);
  }

  /**
   * The same matrix with a copy of its weights beside it, which {@link Precision#FAST} reads where
   * that is faster.
   *
   * @param copy native memory, written by {@link InterleavedWeights}
   */
  public WeightMatrix withInterleaved(MemorySegment copy) {
    long needed = InterleavedWeights.byteSize(type, rows, columns);
    if (!InterleavedWeights.gains(type, rows, columns) || copy.byteSize() != needed) {
      throw new IllegalArgumentException(
          "%s: a copy of %s [%d, %d] needs %d bytes: bytes=%d"
              .formatted(name, type, rows, columns, needed, copy.byteSize()));
    }
    return new WeightMatrix(name, type, data, copy, rows, columns);
  }

  private static MemorySegment nativeCopy(MemorySegment heap) {
    return Arena.ofAuto().allocate(heap.byteSize(), 64).copyFrom(heap);
  }

  /** The tensor's name in its file. */
  public String name() {
    return name;
  }

  public QuantType type() {
    return type;
  }

  /** Outputs of the product. */
  public int rows() {
    return rows;
  }

  /** Inputs of the product; the contiguous dimension. */
  public int columns() {
    return columns;
  }

  /** Bytes of the weights in the file's layout. */
  public long byteSize() {
    return data.byteSize();
  }

  /** Dequantizes one row to {@code target[targetOffset ..]}, as for an embedding look-up. */
  public void row(int row, float[] target, int targetOffset) {
    Objects.checkIndex(row, rows);
    Objects.checkFromIndexSize(targetOffset, columns, target.length);
    format.dequantize(data, row * rowBytes, target, targetOffset, columns);
  }

  /** How this matrix is multiplied; for {@link dev.javelin.tensor.ops.MatMul}. */
  @SuppressWarnings("exports") // not for callers outside this module, who cannot name the type
  public MatrixKernel kernel() {
    return kernel;
  }

  @Override
  public String toString() {
    return name + ": " + type + " [" + rows + ", " + columns + "]";
  }
}
