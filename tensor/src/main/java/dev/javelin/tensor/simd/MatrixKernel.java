package dev.javelin.tensor.simd;

import dev.javelin.tensor.BlockFormat;
import dev.javelin.tensor.InterleavedWeights;
import dev.javelin.tensor.QuantType;
import java.lang.foreign.MemorySegment;

/**
 * Products of one matrix in GGUF layout: chooses between the loops for one, few and many rows of
 * activations, and between vector and scalar forms. The choice depends on the shapes alone, never
 * on the range of rows, so that a row's bits do not depend on how many workers share the matrix.
 */
public final class MatrixKernel {
  /** Up to so many tokens weights are decoded anew for every four. */
  private static final int FEW_TOKENS = 8;

  /** The same for {@link TileKernel}, where {@link DotProduct} takes tokens that fill no vector. */
  private static final int FEW_TOKENS_OF_TILES = 4;

  /**
   * Matrices of so few columns are multiplied in scalar form, unless a width is forced. Only toy
   * models have them; their answers would be done before the vector forms are compiled, and vector
   * code is a thousand times slower until then.
   */
  private static final int NARROW_COLUMNS = 256;

  /**
   * From so many weights on, the first matrix of a type has the type's kernels compiled in the
   * background.
   */
  private static final long LARGE_WEIGHTS = 1 << 18;

  private final BlockFormat format;
  private final boolean vectors;
  private final RowKernel kernel; // null: the type or this machine has only the scalar form
  private final MemorySegment data;
  private final int rows;
  private final int columns;
  private final long rowBytes;
  private final int fewTokens;
  private final Prefill.Source source;
  private final FastPrefill.Source fast; // null: the type or this machine has no integer form
  private final InterleavedKernel interleaved; // null: there is no copy in the second layout

  public MatrixKernel(
      QuantType type, BlockFormat format, MemorySegment data, int rows, int columns) {
    this(type, format, data, null, rows, columns);
  }

  /**
   * A kernel for a matrix of which there may be a second copy.
   *
   * @param copy in the layout of {@link InterleavedWeights}; null: there is none
   */
  public MatrixKernel(
      QuantType type,
      BlockFormat format,
      MemorySegment data,
      MemorySegment copy,
      int rows,
      int columns) {
    this.format = format;
    this.vectors = SimdSupport.available() && (columns > NARROW_COLUMNS || SimdSupport.FORCED);
    this.kernel = vectors ? Kernels.of(type, format.tensorScale()).orElse(null) : null;
    this.data = data;
    this.rows = rows;
    this.columns = columns;
    this.rowBytes = type.rowBytes(columns);
    this.fewTokens = fewTokens(kernel);
    long start = FastMemory.offset(data, 0, rows * rowBytes);
    this.source =
        new Prefill.Source(
            kernel,
            format,
            FastMemory.base(data),
            start,
            rowBytes,
            type.blockWeights(),
            type.blockBytes());
    ShortKernel integers =
        vectors ? Kernels.integers(type, format.tensorScale()).orElse(null) : null;
    this.fast =
        integers == null
            ? null
            : new FastPrefill.Source(
                integers,
                FastMemory.base(data),
                start,
                rowBytes,
                type.blockWeights(),
                type.blockBytes());
    this.interleaved =
        copy == null || !vectors || !InterleavedWeights.isUsed()
            ? null
            : new InterleavedKernel(type, copy, rows, columns);
    if (kernel != null && (long) rows * columns >= LARGE_WEIGHTS) {
      if (interleaved != null) {
        WarmUp.requestInterleaved(type);
      }
      WarmUp.request(type, format);
    }
  }

  /** Whether a product with this many tokens reads {@link PackedActivations}. */
  public boolean isPacked(int tokens) {
    return tokens > fewTokens;
  }

  /** Whether {@code packed} holds what a product with these activations reads. */
  public boolean canUse(PackedActivations packed, float[] x, int xOffset, int tokens) {
    return packed.holds(x, xOffset, tokens, columns, order());
  }

  /** Makes {@code packed} ready to be filled with these activations. */
  public void set(PackedActivations packed, float[] x, int xOffset, int tokens) {
    packed.set(x, xOffset, tokens, columns, order());
  }

  private static int fewTokens(RowKernel kernel) {
    if (EightTokens.by(kernel)) {
      return EightTokens.MOST;
    }
    boolean dots = kernel instanceof TileKernel && Species.LANES == 16;
    return dots ? FEW_TOKENS_OF_TILES : FEW_TOKENS;
  }

  private Order order() {
    return !vectors ? Order.SCALAR : kernel == null ? Order.PLAIN : kernel.order();
  }

  /**
   * y[t, r] for rows fromRow to toRow - 1 and few tokens; x: [tokens, columns], y: [tokens, rows].
   */
  public void multiply(
      int fromRow,
      int toRow,
      float[] x,
      int xOffset,
      int tokens,
      float[] y,
      int yOffset,
      Scratch s) {
    long o = FastMemory.offset(data, fromRow * rowBytes, (toRow - fromRow) * rowBytes);
    MemorySegment base = FastMemory.base(data);
    if (kernel == null) {
      scalar(base, o, toRow - fromRow, x, xOffset, tokens, y, yOffset + fromRow);
    } else {
      FarRows.multiply(
          kernel,
          format,
          base,
          o,
          rowBytes,
          toRow - fromRow,
          columns,
          x,
          xOffset,
          tokens,
          y,
          yOffset + fromRow,
          rows,
          s);
    }
  }

  private void scalar(
      MemorySegment base,
      long o,
      int count,
      float[] x,
      int xOffset,
      int tokens,
      float[] y,
      int yOffset) {
    for (int r = 0; r < count; r++) {
      for (int t = 0; t < tokens; t++) {
        y[yOffset + t * rows + r] =
            format.dot(base, o + r * rowBytes, x, xOffset + t * columns, columns);
      }
    }
  }

  /** y[t, r] for rows fromRow to toRow - 1 and many tokens that were packed. */
  public void multiply(
      int fromRow, int toRow, PackedActivations x, float[] y, int yOffset, Scratch s) {
    FastMemory.offset(data, 0, rows * rowBytes);
    Prefill.multiply(source, fromRow, toRow - fromRow, x, y, yOffset + fromRow, rows, s);
  }

  /** Whether a product with this many tokens can use the second copy, with rounded activations. */
  public boolean isInterleaved(int tokens) {
    return interleaved != null && tokens == 1;
  }

  /** y[r] for rows fromRow, a multiple of 32, to toRow - 1 and one token, from the second copy. */
  public void multiplyInterleaved(
      int fromRow, int toRow, float[] x, int xOffset, float[] y, int yOffset, Scratch s) {
    interleaved.multiply(fromRow, toRow, x, xOffset, y, yOffset, s);
  }

  /**
   * How many of so many tokens should be read from {@link ShortActivations}: all when they fill
   * four fifths of their vectors, else those that fill whole ones.
   */
  public int fastTokens(int tokens) {
    return fast != null && isPacked(tokens) ? ShortActivations.worthwhile(tokens) : 0;
  }

  /**
   * Whether {@code packed} holds what {@link #multiply(int, int, ShortActivations, float[], int,
   * Scratch)} reads.
   */
  public boolean canUse(ShortActivations packed, float[] x, int xOffset, int tokens) {
    return packed.holds(x, xOffset, tokens, columns, fast.kernel().largest());
  }

  /** Makes {@code packed} ready to be filled with these activations. */
  public void set(ShortActivations packed, float[] x, int xOffset, int tokens) {
    packed.set(x, xOffset, tokens, columns, fast.kernel().largest());
  }

  /** y[t, r] for rows fromRow to toRow - 1 and many tokens that were packed as integers. */
  public void multiply(
      int fromRow, int toRow, ShortActivations x, float[] y, int yOffset, Scratch s) {
    FastMemory.offset(data, 0, rows * rowBytes);
    FastPrefill.multiply(fast, fromRow, toRow - fromRow, x, y, yOffset + fromRow, rows, s);
  }
}
