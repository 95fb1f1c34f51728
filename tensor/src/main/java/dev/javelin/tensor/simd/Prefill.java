package dev.javelin.tensor.simd;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Matrix times many rows of activations. A tile of rows x columns is dequantized once, into the
 * caches, and then multiplied by all tokens. Each output is summed over its columns in order, chunk
 * by chunk, wherever it stands in a tile.
 */
final class Prefill {
  /** Rows dequantized together: a multiple of the rows of each inner loop (6, 8, 12, 4). */
  static final int TILE_ROWS = 24;

  /**
   * Columns dequantized together; a multiple of every block size. 8 rows of them, as floats, fit
   * the first-level cache.
   */
  static final int TILE_COLUMNS = 768;

  private Prefill() {}

  /**
   * Rows of one matrix: where they are and how they are read. {@code kernel} is null where there is
   * only the format.
   */
  record Source(
      RowKernel kernel,
      BlockFormat format,
      MemorySegment base,
      long o,
      long rowBytes,
      int blockWeights,
      int blockBytes) {

    /** Writes rows x count weights from column {@code column} on, rows {@code stride} apart. */
    void decode(int row, int rows, int column, int count, float[] tile, int stride) {
      long start = o + row * rowBytes + (long) (column / blockWeights) * blockBytes;
      int whole = kernel == null ? 0 : count - count % kernel.step();
      for (int r = 0; r < rows; r++, start += rowBytes) {
        if (whole > 0) {
          kernel.decode(base, start, tile, r * stride, whole);
        }
        if (whole < count) {
          long rest = start + (long) (whole / blockWeights) * blockBytes;
          format.dequantize(base, rest, tile, r * stride + whole, count - whole);
        }
      }
    }
  }

  /** y[t * yStride + r] for {@code rows} rows from {@code row} on. */
  static void multiply(
      Source w,
      int row,
      int rows,
      PackedActivations x,
      float[] y,
      int yOffset,
      int yStride,
      Scratch s) {
    for (int r = 0; r < rows; r += TILE_ROWS) {
      int count = Math.min(TILE_ROWS, rows - r);
      switch (x.lanes()) {
        case 0 -> scalarTile(w, row + r, count, x, y, yOffset + r, yStride, s);
        case 4 -> dotTile(w, row + r, count, x, y, yOffset + r, yStride, s);
        default -> outerTile(w, row + r, count, x, y, yOffset + r, yStride, s);
      }
    }
  }

  private static void outerTile(
      Source w,
      int row,
      int rows,
      PackedActivations x,
      float[] y,
      int yOffset,
      int yStride,
      Scratch s) {
    int columns = x.columns();
    int padded = x.paddedTokens();
    float[] tile = s.tile(TILE_ROWS * TILE_COLUMNS);
    float[] sums = s.sums(TILE_ROWS * padded); // [row][token]
    float[] part = s.part(TILE_ROWS * padded);
    MemorySegment xb = FastMemory.base(x.memory());
    long xo = FastMemory.offset(x.memory(), 0, (long) Float.BYTES * padded * columns);
    for (int column = 0; column < columns; column += TILE_COLUMNS) {
      int depth = Math.min(TILE_COLUMNS, columns - column);
      w.decode(row, rows, column, depth, tile, TILE_COLUMNS);
      float[] out = column == 0 ? sums : part;
      for (int vector = 0; vector < padded / Species.LANES; ) {
        int vectors = x.panelVectors(vector);
        int token = vector * Species.LANES;
        long panel =
            xo + Float.BYTES * ((long) token * columns + (long) column * vectors * Species.LANES);
        int step = OuterProduct.rows(vectors);
        for (int r = 0; r < rows; r += step) {
          OuterProduct.multiply(
              vectors, tile, r * TILE_COLUMNS, xb, panel, depth, out, r * padded + token, padded);
        }
        vector += vectors;
      }
      if (column > 0) {
        add(sums, part, rows * padded);
      }
    }
    transpose(sums, rows, padded, x.tokens(), y, yOffset, yStride);
  }

  private static void dotTile(
      Source w,
      int row,
      int rows,
      PackedActivations x,
      float[] y,
      int yOffset,
      int yStride,
      Scratch s) {
    int columns = x.columns();
    float[] tile = s.tile(TILE_ROWS * TILE_COLUMNS);
    MemorySegment xb = FastMemory.base(x.memory());
    long xStride = (long) Float.BYTES * x.paddedColumns();
    long xo = FastMemory.offset(x.memory(), 0, xStride * x.tokens());
    for (int column = 0; column < columns; column += TILE_COLUMNS) {
      int depth = Math.min(TILE_COLUMNS, columns - column);
      w.decode(row, rows, column, depth, tile, TILE_COLUMNS);
      int padded = (depth + Species.LANES - 1) / Species.LANES * Species.LANES;
      for (int r = 0; padded > depth && r < rows; r++) {
        java.util.Arrays.fill(tile, r * TILE_COLUMNS + depth, r * TILE_COLUMNS + padded, 0);
      }
      for (int t = 0; t < x.tokens(); t += DotProduct.TOKENS) {
        int last = Math.min(DotProduct.TOKENS, x.tokens() - t) - 1;
        for (int r = 0; r < rows; r += DotProduct.ROWS) {
          long panel = xo + t * xStride + (long) Float.BYTES * column;
          DotProduct.multiply(tile, r * TILE_COLUMNS, xb, panel, xStride, last, padded, s.lanes);
          int count = Math.min(DotProduct.ROWS, rows - r);
          for (int i = 0; i < count; i++) {
            int first = i * DotProduct.TOKENS;
            int to = yOffset + t * yStride + r + i;
            if (column == 0) {
              Lanes.sums(s.lanes, first, last + 1, y, to, yStride);
            } else {
              Lanes.addSums(s.lanes, first, last + 1, y, to, yStride);
            }
          }
        }
      }
    }
  }

  private static void scalarTile(
      Source w,
      int row,
      int rows,
      PackedActivations x,
      float[] y,
      int yOffset,
      int yStride,
      Scratch s) {
    int columns = x.columns();
    int tokens = x.tokens();
    float[] tile = s.tile(TILE_ROWS * TILE_COLUMNS);
    float[] sums = s.sums(TILE_ROWS * tokens); // [row][token]
    float[] xs = s.part(tokens);
    java.util.Arrays.fill(sums, 0, rows * tokens, 0);
    for (int column = 0; column < columns; column += TILE_COLUMNS) {
      int depth = Math.min(TILE_COLUMNS, columns - column);
      w.decode(row, rows, column, depth, tile, TILE_COLUMNS);
      for (int k = 0; k < depth; k++) {
        MemorySegment.copy(
            x.memory(),
            ValueLayout.JAVA_FLOAT,
            (long) Float.BYTES * tokens * (column + k),
            xs,
            0,
            tokens);
        for (int r = 0; r < rows; r++) {
          addScaled(sums, r * tokens, xs, tokens, tile[r * TILE_COLUMNS + k]);
        }
      }
    }
    transpose(sums, rows, tokens, tokens, y, yOffset, yStride);
  }

  /** y[t * yStride + r] = sums[r * stride + t]. */
  static void transpose(
      float[] sums, int rows, int stride, int tokens, float[] y, int yOffset, int yStride) {
    int r = 0;
    for (; r + 8 <= rows; r += 8) {
      int s = r * stride;
      for (int t = 0; t < tokens; t++) {
        int to = yOffset + t * yStride + r;
        y[to] = sums[s + t];
        y[to + 1] = sums[s + stride + t];
        y[to + 2] = sums[s + 2 * stride + t];
        y[to + 3] = sums[s + 3 * stride + t];
        y[to + 4] = sums[s + 4 * stride + t];
        y[to + 5] = sums[s + 5 * stride + t];
        y[to + 6] = sums[s + 6 * stride + t];
        y[to + 7] = sums[s + 7 * stride + t];
      }
    }
    for (; r < rows; r++) {
      for (int t = 0; t < tokens; t++) {
        y[yOffset + t * yStride + r] = sums[r * stride + t];
      }
    }
  }

  private static void addScaled(float[] sums, int offset, float[] x, int count, float weight) {
    for (int t = 0; t < count; t++) {
      sums[offset + t] += weight * x[t];
    }
  }

  private static void add(float[] sums, float[] part, int count) {
    for (int i = 0; i < count; i++) {
      sums[i] += part[i];
    }
  }
}
