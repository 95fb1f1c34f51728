package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** I2_S: {@link Ternary} codes in blocks of 128 weights, the first in the highest bits. */
final class I2_SSimd implements TileKernel {
  private static final int BLOCK_WEIGHTS = 128;
  private static final int BLOCK_BYTES = 32;

  private final float scale;

  I2_SSimd(float scale) {
    this.scale = scale;
  }

  @Override
  public int step() {
    return BLOCK_WEIGHTS;
  }

  @Override
  public int stepBytes() {
    return BLOCK_BYTES;
  }

  @Override
  public void decode(MemorySegment base, long o, float[] target, int targetOffset, int count) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    o &= FastMemory.ADDRESS;
    IntVector weights = Ternary.weights(FloatVector.broadcast(FLOAT, scale));
    for (int i = targetOffset; i < targetOffset + count; i += BLOCK_WEIGHTS, o += BLOCK_BYTES) {
      for (int run = 0; run < 2; run++) { // sixteen bytes of codes
        for (int j = 0; j < PARTS; j++) {
          IntVector codes = bytes(base, o + 16 * run, j);
          int to = i + run * 16 + j * LANES;
          for (int k = 0; k < 4; k++) {
            Ternary.weight(codes, weights).intoArray(target, to + 32 * (3 - k));
            codes = codes.lanewise(LSHR, 2);
          }
        }
      }
    }
  }

  @Override
  public void row(
      MemorySegment base, long o, MemorySegment xb, long xo, int columns, float[] lanes, int lane) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    xb = FastMemory.base(xb);
    o &= FastMemory.ADDRESS;
    xo &= FastMemory.ADDRESS;
    FloatVector a = FloatVector.zero(FLOAT);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    IntVector weights = Ternary.weights(FloatVector.broadcast(FLOAT, scale));
    int units = columns / 64;
    for (int u = 0; u < units; u++) {
      long v = u;
      long x = xo + ((v >> 1) * 128 + (v & 1) * 16) * Float.BYTES;
      long q = o + 16 * v;
      for (int j = 0; j < PARTS; j++) {
        IntVector codes = bytes(base, q, j);
        long xj = x + j * LANES * Float.BYTES;
        a = Ternary.weight(codes.lanewise(LSHR, 6), weights).fma(load(xb, xj), a);
        b =
            Ternary.weight(codes.lanewise(LSHR, 4), weights)
                .fma(load(xb, xj + 32 * Float.BYTES), b);
        c =
            Ternary.weight(codes.lanewise(LSHR, 2), weights)
                .fma(load(xb, xj + 64 * Float.BYTES), c);
        d = Ternary.weight(codes, weights).fma(load(xb, xj + 96 * Float.BYTES), d);
      }
    }
    a.add(b).add(c.add(d)).intoArray(lanes, lane);
  }
}
