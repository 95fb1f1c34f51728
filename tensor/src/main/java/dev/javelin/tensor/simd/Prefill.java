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
  /** Rows dequantized together: a multiple of the rows of each inner loop (4, 6, 12). */
  static final int TILE_ROWS = 12;

  /**
   * Most columns dequantized together; a multiple of every block size. A tile of them fits the
   * second-level cache. Whole rows are better than parts of rows: the bytes of a tile are then one
   * run, which the prefetcher follows, and no sums of parts have to be added.
   */
  static final int TILE_COLUMNS = 4096;

  /** Columns of a tile are a multiple of this: every block size divides it. */
  private static final int COLUMN_UNIT = 256;

  /**
   * Floats from one row of a tile to the next: one cache line more, so that rows lie in different
   * sets of the first-level cache.
   */
  static final int TILE_STRIDE = TILE_COLUMNS + 16;

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

    /**
     * Writes rows x count weights from column {@code column} on, rows {@link #TILE_STRIDE} apart.
     * All cache lines are asked for first, so that they arrive together.
     */
    void decode(int row, int rows, int column, int count, float[] tile, Scratch s) {
      long start = o + row * rowBytes + (long) (column / blockWeights) * blockBytes;
      long bytes = (long) (count + blockWeights - 1) / blockWeights * blockBytes;
      int whole = kernel == null ? 0 : count - count % kernel.step();
      if (bytes == rowBytes) {
        s.touched += FastMemory.touch(base, start, rows * rowBytes);
      } else {
        for (int r = 0; r < rows; r++) {
          s.touched += FastMemory.touch(base, start + r * rowBytes, bytes);
        }
      }
      for (int r = 0; r < rows; r++, start += rowBytes) {
        if (whole > 0) {
          kernel.decode(base, start, tile, r * TILE_STRIDE, whole);
        }
        if (whole < count) {
          long rest = start + (long) (whole / blockWeights) * blockBytes;
          format.dequantize(base, rest, tile, r * TILE_STRIDE + whole, count - whole);
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
      if (x.lanes() == 0) {
        scalarTile(w, row + r, count, x, y, yOffset + r, yStride, s);
      } else {
        tile(w, row + r, count, x, y, yOffset + r, yStride, s);
      }
    }
  }

  /** Columns of each tile, the last one's apart. */
  static int depth(int columns) {
    int tiles = (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
    return ((columns + tiles - 1) / tiles + COLUMN_UNIT - 1) / COLUMN_UNIT * COLUMN_UNIT;
  }

  private static void tile(
      Source w,
      int row,
      int rows,
      PackedActivations x,
      float[] y,
      int yOffset,
      int yStride,
      Scratch s) {
    int columns = x.columns();
    int padded = x.panelTokens();
    float[] tile = s.tile(TILE_ROWS * TILE_STRIDE);
    float[] sums = s.sums(TILE_ROWS * padded); // [row][token]
    float[] part = s.part(TILE_ROWS * padded);
    int most = depth(columns);
    for (int column = 0; column < columns; column += most) {
      int depth = Math.min(most, columns - column);
      w.decode(row, rows, column, depth, tile, s);
      if (padded > 0) {
        panels(tile, rows, x, column, depth, column == 0 ? sums : part);
        if (column > 0) {
          add(sums, part, rows * padded);
        }
      }
      if (x.rowTokens() > 0) {
        dots(tile, rows, x, column, depth, y, yOffset, yStride, s);
      }
    }
    transpose(sums, rows, padded, Math.min(padded, x.tokens()), y, yOffset, yStride);
  }

  /** out[r * panelTokens + t] = a tile times the tokens in panels. */
  private static void panels(
      float[] tile, int rows, PackedActivations x, int column, int depth, float[] out) {
    int padded = x.panelTokens();
    MemorySegment xb = FastMemory.base(x.memory());
    long xo = FastMemory.offset(x.memory(), 0, (long) Float.BYTES * padded * x.columns());
    for (int vector = 0; vector < padded / Species.LANES; ) {
      int vectors = x.panelVectors(vector);
      int token = vector * Species.LANES;
      long panel =
          xo + Float.BYTES * ((long) token * x.columns() + (long) column * vectors * Species.LANES);
      int step = OuterProduct.rows(vectors);
      for (int r = 0; r < rows; r += step) {
        OuterProduct.multiply(
            vectors, tile, r * TILE_STRIDE, xb, panel, depth, out, r * padded + token, padded);
      }
      vector += vectors;
    }
  }

  /** y[t * yStride + r] of the tokens in rows; added to what y holds from the second tile on. */
  private static void dots(
      float[] tile,
      int rows,
      PackedActivations x,
      int column,
      int depth,
      float[] y,
      int yOffset,
      int yStride,
      Scratch s) {
    MemorySegment xb = FastMemory.base(x.memory());
    long xStride = (long) Float.BYTES * x.rowColumns();
    long xo = FastMemory.offset(x.memory(), x.rowsOffset(), xStride * x.rowTokens());
    int padded = (depth + Species.LANES - 1) / Species.LANES * Species.LANES;
    for (int r = 0; padded > depth && r < rows; r++) {
      java.util.Arrays.fill(tile, r * TILE_STRIDE + depth, r * TILE_STRIDE + padded, 0);
    }
    int tokens;
    for (int t = 0; t < x.rowTokens(); t += tokens) {
      tokens = DotProduct.group(x.rowTokens() - t);
      for (int r = 0; r < rows; r += DotProduct.ROWS) {
        long panel = xo + t * xStride + (long) Float.BYTES * column;
        DotProduct.multiply(tile, r * TILE_STRIDE, xb, panel, xStride, tokens, padded, s.lanes);
        int count = Math.min(DotProduct.ROWS, rows - r);
        for (int i = 0; i < count; i++) {
          int first = i * DotProduct.TOKENS;
          int to = yOffset + (x.panelTokens() + t) * yStride + r + i;
          if (column == 0) {
            Lanes.sums(s.lanes, first, tokens, y, to, yStride);
          } else {
            Lanes.addSums(s.lanes, first, tokens, y, to, yStride);
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
    float[] tile = s.tile(TILE_ROWS * TILE_STRIDE);
    float[] sums = s.sums(TILE_ROWS * tokens); // [row][token]
    float[] xs = s.part(tokens);
    java.util.Arrays.fill(sums, 0, rows * tokens, 0);
    int most = depth(columns);
    for (int column = 0; column < columns; column += most) {
      int depth = Math.min(most, columns - column);
      w.decode(row, rows, column, depth, tile, s);
      for (int k = 0; k < depth; k++) {
        MemorySegment.copy(
            x.memory(),
            ValueLayout.JAVA_FLOAT,
            (long) Float.BYTES * tokens * (column + k),
            xs,
            0,
            tokens);
        for (int r = 0; r < rows; r++) {
          addScaled(sums, r * tokens, xs, tokens, tile[r * TILE_STRIDE + k]);
        }
      }
    }
    transpose(sums, rows, tokens, tokens, y, yOffset, yStride);
  }

  /** y[t * yStride + r] = sums[r * stride + t]. */
  static void transpose(
      float[] sums, int rows, int stride, int tokens, float[] y, int yOffset, int yStride) {
    int fours = rows - rows % 4;
    for (int t = 0; t < tokens; t++) {
      int to = yOffset + t * yStride; // a cache line or two at a time
      int from = t;
      for (int r = 0; r < fours; r += 4, from += 4 * stride) {
        y[to + r] = sums[from];
        y[to + r + 1] = sums[from + stride];
        y[to + r + 2] = sums[from + 2 * stride];
        y[to + r + 3] = sums[from + 3 * stride];
      }
      for (int r = fours; r < rows; r++, from += stride) {
        y[to + r] = sums[from];
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
