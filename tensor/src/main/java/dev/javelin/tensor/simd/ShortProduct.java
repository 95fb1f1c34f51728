package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static dev.javelin.tensor.simd.Species.SHORT;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * The innermost loops of {@link FastPrefill}: a few rows of one block of 32 small integer weights
 * times a few vectors of tokens whose activations are integers too. A 16-bit multiplication and
 * addition do twice as many products as a float multiply-add of the same width; they are exact
 * because {@link ShortActivations} keeps the sum of a block within 16 bits. Then the block's sums
 * are widened once and added, scaled, to float sums.
 */
final class ShortProduct {
  static final int BLOCK = 32;

  /** Shorts in one vector: twice as many tokens as a vector of floats has. */
  static final int SHORTS = 2 * LANES;

  /** Rows that one call computes; a divisor of the rows of a tile. */
  static final int ROWS = LANES == 16 ? 8 : 4;

  /**
   * Words from one row of weights to the next: a constant, so that one register addresses all rows.
   */
  private static final int STRIDE = FastPrefill.TILE_STRIDE;

  private static final long VECTOR_BYTES = (long) SHORTS * Short.BYTES;

  private ShortProduct() {}

  /** Vectors of the widest panel. */
  static int widest() {
    return LANES == 4 ? 4 : 2;
  }

  /**
   * Sums of one block: vector r * vectors + v at {@code to}.
   *
   * @param w weights as words that hold the 16-bit weight twice, so that a plain 32-bit load
   *     broadcasts it
   * @param xo address of [BLOCK, vectors * SHORTS] activations
   */
  static void multiply(
      int vectors, int[] w, int w0, MemorySegment xb, long xo, MemorySegment out, long to) {
    if (LANES == 16) {
      switch (vectors) {
        case 2 -> rows8x2(w, w0, xb, xo, out, to);
        default -> rows8x1(w, w0, xb, xo, out, to);
      }
    } else {
      switch (vectors) {
        case 4 -> rows4x4(w, w0, xb, xo, out, to);
        case 3 -> rows4x3(w, w0, xb, xo, out, to);
        case 2 -> rows4x2(w, w0, xb, xo, out, to);
        default -> rows4x1(w, w0, xb, xo, out, to);
      }
    }
  }

  /**
   * sums[r][token] += block sum * weight scale * activation scale, for all rows of one call.
   *
   * @param from address of the vectors that {@link #multiply} wrote
   * @param ws scales of the rows, from {@code w0} on
   * @param xo address of the activation scales of the panel's tokens
   * @param to address of sums [rows][vectors * SHORTS]
   */
  static void addScaled(
      int vectors,
      MemorySegment blockSums,
      long from,
      float[] ws,
      int w0,
      MemorySegment xb,
      long xo,
      MemorySegment sums,
      long to) {
    if (vectors == 2) {
      addScaled2(blockSums, from, ws, w0, xb, xo, sums, to);
      return;
    }
    for (int v = 0; v < vectors; v++) {
      long o = v * VECTOR_BYTES;
      addScaled1(vectors, blockSums, from + o, ws, w0, xb, xo + 2 * o, sums, to + 2 * o);
    }
  }

  /** Two vectors of tokens. */
  private static void addScaled2(
      MemorySegment blockSums,
      long from,
      float[] ws,
      int w0,
      MemorySegment xb,
      long xo,
      MemorySegment sums,
      long to) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    xb = FastMemory.base(xb);
    blockSums = FastMemory.base(blockSums);
    sums = FastMemory.base(sums);
    xo &= FastMemory.ADDRESS;
    from &= FastMemory.ADDRESS;
    to &= FastMemory.ADDRESS;
    for (int r = 0; r < ROWS; r++) {
      long s = to + r * (4 * VECTOR_BYTES);
      long i = from + r * (2 * VECTOR_BYTES);
      FloatVector scale = FloatVector.broadcast(FLOAT, ws[w0 + r]);
      IntVector pair = ints(blockSums, i);
      add(floats(pair.lanewise(LSHL, 16)).mul(scale), xb, xo, sums, s);
      add(floats(pair).mul(scale), xb, xo + VECTOR_BYTES, sums, s + VECTOR_BYTES);
      pair = ints(blockSums, i + VECTOR_BYTES);
      s += 2 * VECTOR_BYTES;
      add(floats(pair.lanewise(LSHL, 16)).mul(scale), xb, xo + 2 * VECTOR_BYTES, sums, s);
      add(floats(pair).mul(scale), xb, xo + 3 * VECTOR_BYTES, sums, s + VECTOR_BYTES);
    }
  }

  /** One of {@code vectors} vectors of tokens. */
  private static void addScaled1(
      int vectors,
      MemorySegment blockSums,
      long from,
      float[] ws,
      int w0,
      MemorySegment xb,
      long xo,
      MemorySegment sums,
      long to) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    xb = FastMemory.base(xb);
    blockSums = FastMemory.base(blockSums);
    sums = FastMemory.base(sums);
    xo &= FastMemory.ADDRESS;
    for (int r = 0; r < ROWS; r++) {
      from &= FastMemory.ADDRESS;
      to &= FastMemory.ADDRESS;
      FloatVector scale = FloatVector.broadcast(FLOAT, ws[w0 + r]);
      IntVector pair = ints(blockSums, from);
      add(floats(pair.lanewise(LSHL, 16)).mul(scale), xb, xo, sums, to);
      add(floats(pair).mul(scale), xb, xo + VECTOR_BYTES, sums, to + VECTOR_BYTES);
      from += vectors * VECTOR_BYTES;
      to += vectors * (2 * VECTOR_BYTES);
    }
  }

  /** sums += v * x. */
  private static void add(FloatVector v, MemorySegment xb, long x, MemorySegment sums, long to) {
    v.fma(load(xb, x), load(sums, to)).intoMemorySegment(sums, to, LITTLE_ENDIAN);
  }

  private static IntVector ints(MemorySegment base, long o) {
    return IntVector.fromMemorySegment(INT, base, o, LITTLE_ENDIAN);
  }

  /** The upper halves of ints, with their signs. */
  private static FloatVector floats(IntVector pair) {
    return (FloatVector) pair.lanewise(ASHR, 16).convert(I2F, 0);
  }

  private static ShortVector shorts(MemorySegment base, long o) {
    return ShortVector.fromMemorySegment(SHORT, base, o, LITTLE_ENDIAN);
  }

  private static ShortVector twice(int word) {
    return IntVector.broadcast(INT, word).reinterpretAsShorts();
  }

  /** 8 rows x 2 vectors of tokens. */
  private static void rows8x2(
      int[] w, int w0, MemorySegment xb, long xo, MemorySegment out, long to) {
    xb = FastMemory.base(xb);
    out = FastMemory.base(out);
    to &= FastMemory.ADDRESS;
    xo &= FastMemory.ADDRESS;
    ShortVector c00 = ShortVector.zero(SHORT);
    ShortVector c01 = c00;
    ShortVector c10 = c00;
    ShortVector c11 = c00;
    ShortVector c20 = c00;
    ShortVector c21 = c00;
    ShortVector c30 = c00;
    ShortVector c31 = c00;
    ShortVector c40 = c00;
    ShortVector c41 = c00;
    ShortVector c50 = c00;
    ShortVector c51 = c00;
    ShortVector c60 = c00;
    ShortVector c61 = c00;
    ShortVector c70 = c00;
    ShortVector c71 = c00;
    for (int k = 0; k < BLOCK; k++) {
      long p = xo + k * (2 * VECTOR_BYTES);
      int j = w0 + k;
      ShortVector x0 = shorts(xb, p);
      ShortVector x1 = shorts(xb, p + VECTOR_BYTES);
      ShortVector b = twice(w[j]);
      c00 = c00.add(b.mul(x0));
      c01 = c01.add(b.mul(x1));
      b = twice(w[j + STRIDE]);
      c10 = c10.add(b.mul(x0));
      c11 = c11.add(b.mul(x1));
      b = twice(w[j + 2 * STRIDE]);
      c20 = c20.add(b.mul(x0));
      c21 = c21.add(b.mul(x1));
      b = twice(w[j + 3 * STRIDE]);
      c30 = c30.add(b.mul(x0));
      c31 = c31.add(b.mul(x1));
      b = twice(w[j + 4 * STRIDE]);
      c40 = c40.add(b.mul(x0));
      c41 = c41.add(b.mul(x1));
      b = twice(w[j + 5 * STRIDE]);
      c50 = c50.add(b.mul(x0));
      c51 = c51.add(b.mul(x1));
      b = twice(w[j + 6 * STRIDE]);
      c60 = c60.add(b.mul(x0));
      c61 = c61.add(b.mul(x1));
      b = twice(w[j + 7 * STRIDE]);
      c70 = c70.add(b.mul(x0));
      c71 = c71.add(b.mul(x1));
    }
    c00.intoMemorySegment(out, to, LITTLE_ENDIAN);
    c01.intoMemorySegment(out, to + VECTOR_BYTES, LITTLE_ENDIAN);
    c10.intoMemorySegment(out, to + 2 * VECTOR_BYTES, LITTLE_ENDIAN);
    c11.intoMemorySegment(out, to + 3 * VECTOR_BYTES, LITTLE_ENDIAN);
    c20.intoMemorySegment(out, to + 4 * VECTOR_BYTES, LITTLE_ENDIAN);
    c21.intoMemorySegment(out, to + 5 * VECTOR_BYTES, LITTLE_ENDIAN);
    c30.intoMemorySegment(out, to + 6 * VECTOR_BYTES, LITTLE_ENDIAN);
    c31.intoMemorySegment(out, to + 7 * VECTOR_BYTES, LITTLE_ENDIAN);
    c40.intoMemorySegment(out, to + 8 * VECTOR_BYTES, LITTLE_ENDIAN);
    c41.intoMemorySegment(out, to + 9 * VECTOR_BYTES, LITTLE_ENDIAN);
    c50.intoMemorySegment(out, to + 10 * VECTOR_BYTES, LITTLE_ENDIAN);
    c51.intoMemorySegment(out, to + 11 * VECTOR_BYTES, LITTLE_ENDIAN);
    c60.intoMemorySegment(out, to + 12 * VECTOR_BYTES, LITTLE_ENDIAN);
    c61.intoMemorySegment(out, to + 13 * VECTOR_BYTES, LITTLE_ENDIAN);
    c70.intoMemorySegment(out, to + 14 * VECTOR_BYTES, LITTLE_ENDIAN);
    c71.intoMemorySegment(out, to + 15 * VECTOR_BYTES, LITTLE_ENDIAN);
  }

  /** 8 rows x 1 vectors of tokens. */
  private static void rows8x1(
      int[] w, int w0, MemorySegment xb, long xo, MemorySegment out, long to) {
    xb = FastMemory.base(xb);
    out = FastMemory.base(out);
    to &= FastMemory.ADDRESS;
    xo &= FastMemory.ADDRESS;
    ShortVector c00 = ShortVector.zero(SHORT);
    ShortVector c10 = c00;
    ShortVector c20 = c00;
    ShortVector c30 = c00;
    ShortVector c40 = c00;
    ShortVector c50 = c00;
    ShortVector c60 = c00;
    ShortVector c70 = c00;
    for (int k = 0; k < BLOCK; k++) {
      long p = xo + k * VECTOR_BYTES;
      int j = w0 + k;
      ShortVector x0 = shorts(xb, p);
      ShortVector b = twice(w[j]);
      c00 = c00.add(b.mul(x0));
      b = twice(w[j + STRIDE]);
      c10 = c10.add(b.mul(x0));
      b = twice(w[j + 2 * STRIDE]);
      c20 = c20.add(b.mul(x0));
      b = twice(w[j + 3 * STRIDE]);
      c30 = c30.add(b.mul(x0));
      b = twice(w[j + 4 * STRIDE]);
      c40 = c40.add(b.mul(x0));
      b = twice(w[j + 5 * STRIDE]);
      c50 = c50.add(b.mul(x0));
      b = twice(w[j + 6 * STRIDE]);
      c60 = c60.add(b.mul(x0));
      b = twice(w[j + 7 * STRIDE]);
      c70 = c70.add(b.mul(x0));
    }
    c00.intoMemorySegment(out, to, LITTLE_ENDIAN);
    c10.intoMemorySegment(out, to + VECTOR_BYTES, LITTLE_ENDIAN);
    c20.intoMemorySegment(out, to + 2 * VECTOR_BYTES, LITTLE_ENDIAN);
    c30.intoMemorySegment(out, to + 3 * VECTOR_BYTES, LITTLE_ENDIAN);
    c40.intoMemorySegment(out, to + 4 * VECTOR_BYTES, LITTLE_ENDIAN);
    c50.intoMemorySegment(out, to + 5 * VECTOR_BYTES, LITTLE_ENDIAN);
    c60.intoMemorySegment(out, to + 6 * VECTOR_BYTES, LITTLE_ENDIAN);
    c70.intoMemorySegment(out, to + 7 * VECTOR_BYTES, LITTLE_ENDIAN);
  }

  /** 4 rows x 4 vectors of tokens. */
  private static void rows4x4(
      int[] w, int w0, MemorySegment xb, long xo, MemorySegment out, long to) {
    xb = FastMemory.base(xb);
    out = FastMemory.base(out);
    to &= FastMemory.ADDRESS;
    xo &= FastMemory.ADDRESS;
    ShortVector c00 = ShortVector.zero(SHORT);
    ShortVector c01 = c00;
    ShortVector c02 = c00;
    ShortVector c03 = c00;
    ShortVector c10 = c00;
    ShortVector c11 = c00;
    ShortVector c12 = c00;
    ShortVector c13 = c00;
    ShortVector c20 = c00;
    ShortVector c21 = c00;
    ShortVector c22 = c00;
    ShortVector c23 = c00;
    ShortVector c30 = c00;
    ShortVector c31 = c00;
    ShortVector c32 = c00;
    ShortVector c33 = c00;
    for (int k = 0; k < BLOCK; k++) {
      long p = xo + k * (4 * VECTOR_BYTES);
      int j = w0 + k;
      ShortVector x0 = shorts(xb, p);
      ShortVector x1 = shorts(xb, p + VECTOR_BYTES);
      ShortVector x2 = shorts(xb, p + 2 * VECTOR_BYTES);
      ShortVector x3 = shorts(xb, p + 3 * VECTOR_BYTES);
      ShortVector b = twice(w[j]);
      c00 = c00.add(b.mul(x0));
      c01 = c01.add(b.mul(x1));
      c02 = c02.add(b.mul(x2));
      c03 = c03.add(b.mul(x3));
      b = twice(w[j + STRIDE]);
      c10 = c10.add(b.mul(x0));
      c11 = c11.add(b.mul(x1));
      c12 = c12.add(b.mul(x2));
      c13 = c13.add(b.mul(x3));
      b = twice(w[j + 2 * STRIDE]);
      c20 = c20.add(b.mul(x0));
      c21 = c21.add(b.mul(x1));
      c22 = c22.add(b.mul(x2));
      c23 = c23.add(b.mul(x3));
      b = twice(w[j + 3 * STRIDE]);
      c30 = c30.add(b.mul(x0));
      c31 = c31.add(b.mul(x1));
      c32 = c32.add(b.mul(x2));
      c33 = c33.add(b.mul(x3));
    }
    c00.intoMemorySegment(out, to, LITTLE_ENDIAN);
    c01.intoMemorySegment(out, to + VECTOR_BYTES, LITTLE_ENDIAN);
    c02.intoMemorySegment(out, to + 2 * VECTOR_BYTES, LITTLE_ENDIAN);
    c03.intoMemorySegment(out, to + 3 * VECTOR_BYTES, LITTLE_ENDIAN);
    c10.intoMemorySegment(out, to + 4 * VECTOR_BYTES, LITTLE_ENDIAN);
    c11.intoMemorySegment(out, to + 5 * VECTOR_BYTES, LITTLE_ENDIAN);
    c12.intoMemorySegment(out, to + 6 * VECTOR_BYTES, LITTLE_ENDIAN);
    c13.intoMemorySegment(out, to + 7 * VECTOR_BYTES, LITTLE_ENDIAN);
    c20.intoMemorySegment(out, to + 8 * VECTOR_BYTES, LITTLE_ENDIAN);
    c21.intoMemorySegment(out, to + 9 * VECTOR_BYTES, LITTLE_ENDIAN);
    c22.intoMemorySegment(out, to + 10 * VECTOR_BYTES, LITTLE_ENDIAN);
    c23.intoMemorySegment(out, to + 11 * VECTOR_BYTES, LITTLE_ENDIAN);
    c30.intoMemorySegment(out, to + 12 * VECTOR_BYTES, LITTLE_ENDIAN);
    c31.intoMemorySegment(out, to + 13 * VECTOR_BYTES, LITTLE_ENDIAN);
    c32.intoMemorySegment(out, to + 14 * VECTOR_BYTES, LITTLE_ENDIAN);
    c33.intoMemorySegment(out, to + 15 * VECTOR_BYTES, LITTLE_ENDIAN);
  }

  /** 4 rows x 3 vectors of tokens. */
  private static void rows4x3(
      int[] w, int w0, MemorySegment xb, long xo, MemorySegment out, long to) {
    xb = FastMemory.base(xb);
    out = FastMemory.base(out);
    to &= FastMemory.ADDRESS;
    xo &= FastMemory.ADDRESS;
    ShortVector c00 = ShortVector.zero(SHORT);
    ShortVector c01 = c00;
    ShortVector c02 = c00;
    ShortVector c10 = c00;
    ShortVector c11 = c00;
    ShortVector c12 = c00;
    ShortVector c20 = c00;
    ShortVector c21 = c00;
    ShortVector c22 = c00;
    ShortVector c30 = c00;
    ShortVector c31 = c00;
    ShortVector c32 = c00;
    for (int k = 0; k < BLOCK; k++) {
      long p = xo + k * (3 * VECTOR_BYTES);
      int j = w0 + k;
      ShortVector x0 = shorts(xb, p);
      ShortVector x1 = shorts(xb, p + VECTOR_BYTES);
      ShortVector x2 = shorts(xb, p + 2 * VECTOR_BYTES);
      ShortVector b = twice(w[j]);
      c00 = c00.add(b.mul(x0));
      c01 = c01.add(b.mul(x1));
      c02 = c02.add(b.mul(x2));
      b = twice(w[j + STRIDE]);
      c10 = c10.add(b.mul(x0));
      c11 = c11.add(b.mul(x1));
      c12 = c12.add(b.mul(x2));
      b = twice(w[j + 2 * STRIDE]);
      c20 = c20.add(b.mul(x0));
      c21 = c21.add(b.mul(x1));
      c22 = c22.add(b.mul(x2));
      b = twice(w[j + 3 * STRIDE]);
      c30 = c30.add(b.mul(x0));
      c31 = c31.add(b.mul(x1));
      c32 = c32.add(b.mul(x2));
    }
    c00.intoMemorySegment(out, to, LITTLE_ENDIAN);
    c01.intoMemorySegment(out, to + VECTOR_BYTES, LITTLE_ENDIAN);
    c02.intoMemorySegment(out, to + 2 * VECTOR_BYTES, LITTLE_ENDIAN);
    c10.intoMemorySegment(out, to + 3 * VECTOR_BYTES, LITTLE_ENDIAN);
    c11.intoMemorySegment(out, to + 4 * VECTOR_BYTES, LITTLE_ENDIAN);
    c12.intoMemorySegment(out, to + 5 * VECTOR_BYTES, LITTLE_ENDIAN);
    c20.intoMemorySegment(out, to + 6 * VECTOR_BYTES, LITTLE_ENDIAN);
    c21.intoMemorySegment(out, to + 7 * VECTOR_BYTES, LITTLE_ENDIAN);
    c22.intoMemorySegment(out, to + 8 * VECTOR_BYTES, LITTLE_ENDIAN);
    c30.intoMemorySegment(out, to + 9 * VECTOR_BYTES, LITTLE_ENDIAN);
    c31.intoMemorySegment(out, to + 10 * VECTOR_BYTES, LITTLE_ENDIAN);
    c32.intoMemorySegment(out, to + 11 * VECTOR_BYTES, LITTLE_ENDIAN);
  }

  /** 4 rows x 2 vectors of tokens. */
  private static void rows4x2(
      int[] w, int w0, MemorySegment xb, long xo, MemorySegment out, long to) {
    xb = FastMemory.base(xb);
    out = FastMemory.base(out);
    to &= FastMemory.ADDRESS;
    xo &= FastMemory.ADDRESS;
    ShortVector c00 = ShortVector.zero(SHORT);
    ShortVector c01 = c00;
    ShortVector c10 = c00;
    ShortVector c11 = c00;
    ShortVector c20 = c00;
    ShortVector c21 = c00;
    ShortVector c30 = c00;
    ShortVector c31 = c00;
    for (int k = 0; k < BLOCK; k++) {
      long p = xo + k * (2 * VECTOR_BYTES);
      int j = w0 + k;
      ShortVector x0 = shorts(xb, p);
      ShortVector x1 = shorts(xb, p + VECTOR_BYTES);
      ShortVector b = twice(w[j]);
      c00 = c00.add(b.mul(x0));
      c01 = c01.add(b.mul(x1));
      b = twice(w[j + STRIDE]);
      c10 = c10.add(b.mul(x0));
      c11 = c11.add(b.mul(x1));
      b = twice(w[j + 2 * STRIDE]);
      c20 = c20.add(b.mul(x0));
      c21 = c21.add(b.mul(x1));
      b = twice(w[j + 3 * STRIDE]);
      c30 = c30.add(b.mul(x0));
      c31 = c31.add(b.mul(x1));
    }
    c00.intoMemorySegment(out, to, LITTLE_ENDIAN);
    c01.intoMemorySegment(out, to + VECTOR_BYTES, LITTLE_ENDIAN);
    c10.intoMemorySegment(out, to + 2 * VECTOR_BYTES, LITTLE_ENDIAN);
    c11.intoMemorySegment(out, to + 3 * VECTOR_BYTES, LITTLE_ENDIAN);
    c20.intoMemorySegment(out, to + 4 * VECTOR_BYTES, LITTLE_ENDIAN);
    c21.intoMemorySegment(out, to + 5 * VECTOR_BYTES, LITTLE_ENDIAN);
    c30.intoMemorySegment(out, to + 6 * VECTOR_BYTES, LITTLE_ENDIAN);
    c31.intoMemorySegment(out, to + 7 * VECTOR_BYTES, LITTLE_ENDIAN);
  }

  /** 4 rows x 1 vectors of tokens. */
  private static void rows4x1(
      int[] w, int w0, MemorySegment xb, long xo, MemorySegment out, long to) {
    xb = FastMemory.base(xb);
    out = FastMemory.base(out);
    to &= FastMemory.ADDRESS;
    xo &= FastMemory.ADDRESS;
    ShortVector c00 = ShortVector.zero(SHORT);
    ShortVector c10 = c00;
    ShortVector c20 = c00;
    ShortVector c30 = c00;
    for (int k = 0; k < BLOCK; k++) {
      long p = xo + k * VECTOR_BYTES;
      int j = w0 + k;
      ShortVector x0 = shorts(xb, p);
      ShortVector b = twice(w[j]);
      c00 = c00.add(b.mul(x0));
      b = twice(w[j + STRIDE]);
      c10 = c10.add(b.mul(x0));
      b = twice(w[j + 2 * STRIDE]);
      c20 = c20.add(b.mul(x0));
      b = twice(w[j + 3 * STRIDE]);
      c30 = c30.add(b.mul(x0));
    }
    c00.intoMemorySegment(out, to, LITTLE_ENDIAN);
    c10.intoMemorySegment(out, to + VECTOR_BYTES, LITTLE_ENDIAN);
    c20.intoMemorySegment(out, to + 2 * VECTOR_BYTES, LITTLE_ENDIAN);
    c30.intoMemorySegment(out, to + 3 * VECTOR_BYTES, LITTLE_ENDIAN);
  }
}
