package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.BYTES_OF_FLOATS;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static dev.javelin.tensor.simd.Species.SHORTS_OF_FLOATS;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.javelin.tensor.InterleavedWeights;
import dev.javelin.tensor.QuantType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Products of a matrix in the layout of {@link InterleavedWeights} with one token, whose
 * activations are rounded as for {@link FastPrefill}. Two groups of rows that lie far apart are
 * computed together, so that they share loads of activations and are two streams for the
 * prefetcher.
 *
 * <p>A row's sum has one order wherever the row stands.
 */
final class InterleavedKernel {
  private static final int GROUP_ROWS = InterleavedWeights.GROUP_ROWS;
  private static final int BLOCK = InterleavedWeights.BLOCK;
  private static final int CODES = 16;

  /** Sums of 16-bit halves are widened as multiples of 2^16. */
  private static final float WIDENED = 0x1p-16f;

  private final QuantType type;
  private final MemorySegment data;
  private final int rows;
  private final int blocks;
  private final long groupBytes;
  private final long scaleBytes;
  private final short[] table = new short[2 * CODES];

  InterleavedKernel(QuantType type, MemorySegment data, int rows, int columns) {
    this.type = type;
    this.data = data;
    this.rows = rows;
    this.blocks = columns / BLOCK;
    this.groupBytes = InterleavedWeights.groupBytes(type, blocks);
    this.scaleBytes = InterleavedWeights.scaleBytes(type, blocks);
    for (int i = 0; i < table.length; i++) {
      table[i] = (short) InterleavedWeights.value(type, i % CODES);
    }
  }

  /** y[yOffset + r] for rows fromRow, a multiple of a group, to toRow - 1. */
  void multiply(int fromRow, int toRow, float[] x, int xOffset, float[] y, int yOffset, Scratch s) {
    int from = fromRow / GROUP_ROWS;
    int count = (toRow - fromRow + GROUP_ROWS - 1) / GROUP_ROWS;
    long o = FastMemory.offset(data, from * groupBytes, count * groupBytes);
    MemorySegment base = FastMemory.base(data);
    s.token.set(x, xOffset, blocks * BLOCK, InterleavedWeights.largest(type));
    MemorySegment scales = s.groupScales(2 * blocks * InterleavedProduct.SCALES);
    int far = count / 2;
    for (int g = 0; g < far; g++) {
      pair(base, o + g * groupBytes, o + (g + far) * groupBytes, s, scales);
      store(s.lanes, 0, fromRow + g * GROUP_ROWS, toRow, y, yOffset);
      store(s.lanes, GROUP_LANES, fromRow + (g + far) * GROUP_ROWS, toRow, y, yOffset);
    }
    if (count % 2 == 1) {
      long last = o + (count - 1) * groupBytes;
      pair(base, last, last, s, scales);
      store(s.lanes, 0, fromRow + (count - 1) * GROUP_ROWS, toRow, y, yOffset);
    }
  }

  /** Sums of one group in {@link Scratch#lanes}: its rows in order. */
  private static final int GROUP_LANES = GROUP_ROWS;

  private void pair(MemorySegment base, long a, long b, Scratch s, MemorySegment scales) {
    long half = (long) blocks * InterleavedProduct.SCALES * Float.BYTES;
    decodeScales(base, a, s.token.scales(), scales, 0);
    decodeScales(base, b, s.token.scales(), scales, half);
    MemorySegment words = s.token.words();
    long xo = FastMemory.offset(words, 0, (long) blocks * BLOCK * Integer.BYTES);
    long so = FastMemory.offset(scales, 0, 2 * half);
    InterleavedProduct.twoGroups(
        base,
        a + scaleBytes,
        b + scaleBytes,
        words,
        xo,
        scales,
        so,
        so + half,
        blocks,
        table,
        s.part(4 * Lanes.STRIDE));
    order(s.part(4 * Lanes.STRIDE), s.lanes);
  }

  /** Even and odd rows, in turn. */
  private static void order(float[] sums, float[] lanes) {
    for (int i = 0; i < LANES; i++) {
      lanes[2 * i] = sums[i];
      lanes[2 * i + 1] = sums[Lanes.STRIDE + i];
      lanes[GROUP_LANES + 2 * i] = sums[2 * Lanes.STRIDE + i];
      lanes[GROUP_LANES + 2 * i + 1] = sums[3 * Lanes.STRIDE + i];
    }
  }

  private void store(float[] lanes, int from, int row, int toRow, float[] y, int yOffset) {
    System.arraycopy(lanes, from, y, yOffset + row, Math.min(GROUP_ROWS, toRow - row));
  }

  /** Scales of a group times those of the activations, as floats. */
  private void decodeScales(
      MemorySegment base, long o, MemorySegment xScales, MemorySegment target, long to) {
    long xs = FastMemory.offset(xScales, 0, (long) blocks * Float.BYTES);
    long t = FastMemory.offset(target, to, (long) blocks * GROUP_ROWS * Float.BYTES);
    if (type == QuantType.MXFP4) {
      exponents(base, o, xScales, xs, target, t, blocks);
    } else {
      halves(base, o, xScales, xs, target, t, blocks);
    }
  }

  /**
   * An exponent byte e is the float 2^(e-127) when it is moved into place: half of that is meant.
   */
  private static void exponents(
      MemorySegment base,
      long o,
      MemorySegment xb,
      long xs,
      MemorySegment target,
      long t,
      int blocks) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    target = FastMemory.base(target);
    for (int b = 0; b < blocks; b++) {
      float factor = xb.get(ValueLayout.JAVA_FLOAT, xs + b * (long) Float.BYTES) * (WIDENED / 2);
      for (int i = 0; i < GROUP_ROWS; i += LANES) {
        o &= FastMemory.ADDRESS;
        t &= FastMemory.ADDRESS;
        IntVector e =
            (IntVector)
                ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, o, LITTLE_ENDIAN)
                    .castShape(INT, 0);
        e.lanewise(LSHL, 23)
            .and(EXPONENT)
            .reinterpretAsFloats()
            .mul(factor)
            .intoMemorySegment(target, t, LITTLE_ENDIAN);
        o += LANES;
        t += LANES * (long) Float.BYTES;
      }
    }
  }

  /** Bytes are widened with their sign, which the shift moves to the top. */
  private static final int EXPONENT = 0x7F800000;

  private static final int SIGN_AND_REST = 0x8FFFE000;
  private static final float HALF_BIAS = 0x1p112f;

  /** The bits of an f16 in the place of a float's are the number, 2^-112 times too small. */
  private static void halves(
      MemorySegment base,
      long o,
      MemorySegment xb,
      long xs,
      MemorySegment target,
      long t,
      int blocks) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    target = FastMemory.base(target);
    for (int b = 0; b < blocks; b++) {
      float factor = xb.get(ValueLayout.JAVA_FLOAT, xs + b * (long) Float.BYTES) * WIDENED;
      for (int i = 0; i < GROUP_ROWS; i += LANES) {
        o &= FastMemory.ADDRESS;
        t &= FastMemory.ADDRESS;
        IntVector d =
            (IntVector)
                ShortVector.fromMemorySegment(SHORTS_OF_FLOATS, base, o, LITTLE_ENDIAN)
                    .castShape(INT, 0);
        FloatVector f = d.lanewise(LSHL, 13).and(SIGN_AND_REST).reinterpretAsFloats();
        f.mul(HALF_BIAS).mul(factor).intoMemorySegment(target, t, LITTLE_ENDIAN);
        o += LANES * (long) Short.BYTES;
        t += LANES * (long) Float.BYTES;
      }
    }
  }
}
