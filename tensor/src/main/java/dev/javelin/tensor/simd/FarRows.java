package dev.javelin.tensor.simd;

import dev.javelin.tensor.BlockFormat;
import java.lang.foreign.MemorySegment;

/**
 * Matrix times one to four rows of activations. Rows that are computed together lie far apart: each
 * is then a stream of its own for the hardware's prefetcher, which neighbouring rows are not.
 *
 * <p>The prefetcher stops at the end of a page, and the first line of the next page is waited for.
 * So the distance is chosen near a multiple of the page size: the rows of a group change pages at
 * about the same time and wait together.
 */
final class FarRows {
  private static final int PAGE = 4096;

  /**
   * Rows whose distance is nearer than {@link #BANK_MARGIN} to a multiple of this meet in the same
   * banks of memory: a third slower where it was measured (Zen 4).
   */
  private static final int BANK = 16 << 20;

  private static final int BANK_MARGIN = 64 << 10;

  /**
   * Candidates for the distance; rows left over by a shorter distance are done in a second round.
   */
  private static final int CANDIDATES = 48;

  private FarRows() {}

  /** y[t * yStride + r] for rows r of the range and few tokens. */
  static void multiply(
      RowKernel kernel,
      BlockFormat format,
      MemorySegment base,
      long o,
      long rowBytes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      int tokens,
      float[] y,
      int yOffset,
      int yStride,
      Scratch s) {
    MemorySegment prepared = Prepared.copy(kernel, x, xOffset, tokens, columns, s);
    MemorySegment xb = FastMemory.base(prepared);
    long xo = FastMemory.offset(prepared, 0, (long) Float.BYTES * Prepared.floats(tokens, columns));
    int whole = columns - columns % kernel.step();
    if (tokens == 1) {
      oneToken(kernel, base, o, rowBytes, rows, whole, xb, xo, y, yOffset, s.lanes);
    } else {
      fewTokens(
          kernel, base, o, rowBytes, rows, columns, xb, xo, tokens, y, yOffset, yStride, s.lanes);
    }
    float factor = kernel.prescale();
    if (factor != 1) {
      for (int t = 0; t < tokens; t++) {
        for (int r = 0; r < rows; r++) {
          y[yOffset + t * yStride + r] *= factor;
        }
      }
    }
    if (whole < columns) {
      long tail =
          o
              + rowBytes
              - (rowBytes / columns)
                  * (columns - whole); // step > 1 only where a weight is whole bytes
      for (int t = 0; t < tokens; t++) {
        for (int r = 0; r < rows; r++) {
          y[yOffset + t * yStride + r] +=
              format.dot(
                  base, tail + r * rowBytes, x, xOffset + t * columns + whole, columns - whole);
        }
      }
    }
  }

  private static void oneToken(
      RowKernel kernel,
      MemorySegment base,
      long o,
      long rowBytes,
      int rows,
      int whole,
      MemorySegment xb,
      long xo,
      float[] y,
      int yOffset,
      float[] lanes) {
    while (rows >= 4) {
      int distance = distance(rows / 4, rowBytes);
      for (int r = 0; r < distance; r++) {
        kernel.fourRows(base, o + r * rowBytes, distance * rowBytes, xb, xo, whole, lanes);
        Lanes.sums(lanes, 0, 4, y, yOffset + r, distance);
      }
      o += 4 * distance * rowBytes;
      yOffset += 4 * distance;
      rows -= 4 * distance;
    }
    for (int r = 0; r < rows; r++) {
      kernel.fourRows(base, o + r * rowBytes, 0, xb, xo, whole, lanes);
      Lanes.sums(lanes, 0, 1, y, yOffset + r, 0);
    }
  }

  private static void fewTokens(
      RowKernel kernel,
      MemorySegment base,
      long o,
      long rowBytes,
      int rows,
      int columns,
      MemorySegment xb,
      long xo,
      int tokens,
      float[] y,
      int yOffset,
      int yStride,
      float[] lanes) {
    int whole = columns - columns % kernel.step();
    long stride = (long) Float.BYTES * columns;
    if (FourRows.by(kernel, tokens)) {
      int done =
          fourRows(
              (FourRows) kernel,
              base,
              o,
              rowBytes,
              rows,
              whole,
              xb,
              xo,
              stride,
              tokens,
              y,
              yOffset,
              yStride,
              lanes);
      o += done * rowBytes;
      yOffset += done;
      rows -= done;
    }
    while (rows > 0) {
      int distance = rows == 1 ? 1 : distance(rows / 2, rowBytes);
      long far = rows == 1 ? 0 : distance * rowBytes;
      for (int r = 0; r < distance; r++) {
        long row = o + r * rowBytes;
        int count;
        for (int t = 0; t < tokens; t += count) {
          count = group(kernel, tokens - t);
          int second =
              tokens(kernel, base, row, far, xb, xo + t * stride, stride, count, whole, lanes);
          int to = yOffset + t * yStride + r;
          Lanes.sums(lanes, 0, count, y, to, yStride);
          if (far > 0) {
            Lanes.sums(lanes, second, count, y, to + distance, yStride);
          }
        }
      }
      int done = rows == 1 ? 1 : 2 * distance;
      o += done * rowBytes;
      yOffset += done;
      rows -= done;
    }
  }

  /** Two to four tokens times all rows but at most three; returns the number of rows done. */
  private static int fourRows(
      FourRows kernel,
      MemorySegment base,
      long o,
      long rowBytes,
      int rows,
      int whole,
      MemorySegment xb,
      long x0,
      long stride,
      int tokens,
      float[] y,
      int yOffset,
      int yStride,
      float[] lanes) {
    int done = 0;
    long x1 = x0 + stride;
    long x2 = x0 + Math.min(2, tokens - 1) * stride;
    long x3 = x0 + (tokens - 1) * stride;
    while (rows - done >= 4) {
      int distance = distance((rows - done) / 4, rowBytes);
      for (int r = done; r < done + distance; r++) {
        long row = o + r * rowBytes;
        if (tokens == 2) {
          kernel.fourRowsTwoTokens(base, row, distance * rowBytes, xb, x0, x1, whole, lanes);
        } else {
          kernel.fourRowsFourTokens(
              base, row, distance * rowBytes, xb, x0, x1, x2, x3, whole, lanes);
        }
        for (int i = 0; i < 4; i++) {
          Lanes.sums(lanes, 4 * i, tokens, y, yOffset + r + i * distance, yStride);
        }
      }
      done += 4 * distance;
    }
    return done;
  }

  /** Two rows times {@code count} tokens; returns the place of the second row's sums. */
  private static int tokens(
      RowKernel kernel,
      MemorySegment base,
      long row,
      long far,
      MemorySegment xb,
      long x0,
      long stride,
      int count,
      int whole,
      float[] lanes) {
    if (count > 4) {
      ((EightTokens) kernel).eightTokens(base, row, far, xb, x0, whole, lanes);
      return EightTokens.TOKENS;
    }
    long x1 = x0 + Math.min(1, count - 1) * stride;
    if (count > 2) {
      long x2 = x0 + 2 * stride;
      long x3 = x0 + (count - 1) * stride;
      kernel.fourTokens(base, row, far, xb, x0, x1, x2, x3, whole, lanes);
    } else {
      kernel.twoTokens(base, row, far, xb, x0, x1, whole, lanes);
    }
    return 4;
  }

  /** How many of {@code tokens} go together: at most eight or four, and no one is left over. */
  static int group(RowKernel kernel, int tokens) {
    if (tokens > 4 && EightTokens.by(kernel)) {
      return Math.min(EightTokens.TOKENS, tokens);
    }
    return tokens == 5 ? 3 : Math.min(4, tokens);
  }

  /**
   * The number of rows, at most {@code most}, after which an address has nearly the same place in
   * its page.
   */
  private static int distance(int most, long rowBytes) {
    if (most < 2 * CANDIDATES) {
      return most;
    }
    int best = most;
    long least = Long.MAX_VALUE;
    for (int d = most; d > most - CANDIDATES; d--) {
      long off = off(d * rowBytes, PAGE);
      if (d * rowBytes > BANK_MARGIN && off(d * rowBytes, BANK) < BANK_MARGIN) {
        off += PAGE;
      }
      if (off < least) {
        least = off;
        best = d;
      }
    }
    return best;
  }

  /** How far from the next multiple of {@code unit}, up or down. */
  private static long off(long distance, int unit) {
    long place = distance % unit;
    return Math.min(place, unit - place);
  }
}
