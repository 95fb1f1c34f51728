package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@link Prefill} with integer activations, for {@code Precision.FAST}: weights of a tile become
 * 16-bit integers and a scale for each block, and {@link ShortProduct} multiplies block by block.
 */
final class FastPrefill {
  /** Words from one row of a tile to the next; as in {@link Prefill}. */
  static final int TILE_STRIDE = Prefill.TILE_STRIDE;

  private static final int TILE_COLUMNS = Prefill.TILE_COLUMNS;

  /** A multiple of {@link ShortProduct#ROWS}. */
  private static final int TILE_ROWS = 8;

  private static final int BLOCK = ShortProduct.BLOCK;
  private static final int TILE_BLOCKS = TILE_COLUMNS / BLOCK;

  private FastPrefill() {}

  /** Rows of one matrix: where they are and how they are read. */
  record Source(
      ShortKernel kernel,
      MemorySegment base,
      long o,
      long rowBytes,
      int blockWeights,
      int blockBytes) {
    /**
     * Writes words of rows x count weights from column {@code column} on, and the scales of their
     * blocks.
     */
    void decode(int row, int rows, int column, int count, int[] words, float[] scales, Scratch s) {
      long start = o + row * rowBytes + (long) (column / blockWeights) * blockBytes;
      long bytes = (long) (count / blockWeights) * blockBytes;
      for (int r = 0; r < rows; r++) {
        s.touched += FastMemory.touch(base, start + r * rowBytes, bytes);
      }
      for (int r = 0; r < rows; r++, start += rowBytes) {
        kernel.words(base, start, count, words, r * TILE_STRIDE, s.bytes);
        for (int b = 0; b < count / BLOCK; b++) {
          scales[b * TILE_ROWS + r] = kernel.scale(base, start, b);
        }
      }
    }
  }

  /** y[t * yStride + r] for {@code rows} rows from {@code row} on. */
  static void multiply(
      Source w,
      int row,
      int rows,
      ShortActivations x,
      float[] y,
      int yOffset,
      int yStride,
      Scratch s) {
    for (int r = 0; r < rows; r += TILE_ROWS) {
      tile(w, row + r, Math.min(TILE_ROWS, rows - r), x, y, yOffset + r, yStride, s);
    }
  }

  private static void tile(
      Source w,
      int row,
      int rows,
      ShortActivations x,
      float[] y,
      int yOffset,
      int yStride,
      Scratch s) {
    int columns = x.columns();
    int padded = x.paddedTokens();
    int[] words = s.words(TILE_ROWS * TILE_STRIDE);
    float[] scales = s.tile(TILE_ROWS * TILE_BLOCKS);
    MemorySegment sums = s.nativeSums(TILE_ROWS * padded); // [panel][row][token of the panel]
    clear(sums, TILE_ROWS * padded);
    int most = Prefill.depth(columns);
    for (int column = 0; column < columns; column += most) {
      int depth = Math.min(most, columns - column);
      w.decode(row, rows, column, depth, words, scales, s);
      for (int vector = 0; vector < padded / ShortProduct.SHORTS; ) {
        int vectors = x.panelVectors(vector);
        for (int r = 0; r < rows; r += ShortProduct.ROWS) {
          panel(words, scales, r, column, depth, x, vector, vectors, sums, s.blockSums());
        }
        vector += vectors;
      }
    }
    float[] heap = s.sums(TILE_ROWS * padded); // faster to read one by one
    for (int vector = 0; vector < padded / ShortProduct.SHORTS; ) {
      int vectors = x.panelVectors(vector);
      int token = vector * ShortProduct.SHORTS;
      int width = vectors * ShortProduct.SHORTS;
      long from = (long) Float.BYTES * TILE_ROWS * token;
      MemorySegment.copy(sums, ValueLayout.JAVA_FLOAT, from, heap, 0, rows * width);
      int tokens = Math.min(width, x.tokens() - token);
      Prefill.transpose(heap, rows, width, tokens, y, yOffset + token * yStride, yStride);
      vector += vectors;
    }
  }

  private static void clear(MemorySegment sums, int count) {
    for (int i = 0; i < count; i++) {
      sums.setAtIndex(ValueLayout.JAVA_FLOAT, i, 0);
    }
  }

  /** A few rows of a tile times one panel of tokens. */
  private static void panel(
      int[] words,
      float[] scales,
      int row,
      int column,
      int depth,
      ShortActivations x,
      int vector,
      int vectors,
      MemorySegment sums,
      MemorySegment blockSums) {
    int token = vector * ShortProduct.SHORTS;
    int width = vectors * ShortProduct.SHORTS;
    long values = (long) token * x.columns() + (long) column * width;
    long xo =
        FastMemory.offset(x.values(), Short.BYTES * values, (long) Short.BYTES * depth * width);
    long xs =
        FastMemory.offset(
            x.scales(), Float.BYTES * values / BLOCK, (long) Float.BYTES * depth / BLOCK * width);
    long from = FastMemory.offset(blockSums, 0, Scratch.BLOCK_SUMS_BYTES);
    long first = (long) TILE_ROWS * token + (long) row * width;
    long to =
        FastMemory.offset(
            sums, Float.BYTES * first, (long) Float.BYTES * ShortProduct.ROWS * width);
    for (int b = 0; b < depth / BLOCK; b++) {
      int w = row * TILE_STRIDE + b * BLOCK;
      int ws = b * TILE_ROWS + row;
      ShortProduct.multiply(vectors, words, w, x.values(), xo, blockSums, from);
      ShortProduct.addScaled(vectors, blockSums, from, scales, ws, x.scales(), xs, sums, to);
      xo += (long) BLOCK * width * Short.BYTES;
      xs += (long) width * Float.BYTES;
    }
  }
}
