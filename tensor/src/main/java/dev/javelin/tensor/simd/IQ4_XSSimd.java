package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static dev.javelin.tensor.simd.UnevenValues.high;
import static dev.javelin.tensor.simd.UnevenValues.low;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** IQ4_XS: {@link UnevenValues} times the scale of each group of 32. */
final class IQ4_XSSimd implements GroupedKernel {
  private static final int BLOCK_WEIGHTS = 256;
  private static final int BLOCK_BYTES = 136;

  /**
   * Where the low and high bits of each group's factor are in their words; lanes 8 to 15 mean
   * nothing.
   */
  private static final int[] LOW_SHIFT = {0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0};

  private static final int[] HIGH_SHIFT = {0, 2, 4, 6, 8, 10, 12, 14, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final ValueLayout.OfInt INT_LE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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
    for (int i = targetOffset; i < targetOffset + count; i += BLOCK_WEIGHTS, o += BLOCK_BYTES) {
      float scale = Lanes.half(base, o);
      int factorsHigh = base.get(SHORT, o + 2);
      int factorsLow = base.get(INT_LE, o + 4);
      for (int g = 0; g < 8; g++) {
        int factor = (factorsLow >>> 4 * g & 15 | (factorsHigh >>> 2 * g & 3) << 4) - 32;
        FloatVector d = FloatVector.broadcast(FLOAT, scale * factor);
        for (int j = 0; j < PARTS; j++) {
          int to = i + 32 * g + j * LANES;
          low(base, o + 8 + 16 * g, j).mul(d).intoArray(target, to);
          high(base, o + 8 + 16 * g, j).mul(d).intoArray(target, to + 16);
        }
      }
    }
  }

  @Override
  public int factorCount() {
    return 16; // eight are used
  }

  @Override
  public void piece(
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
    FloatVector a = FloatVector.fromArray(FLOAT, lanes, lane);
    FloatVector b = FloatVector.zero(FLOAT);
    int units = columns / 32;
    for (int u = 0; u < units; u++) {
      long v = u;
      long x = xo + v * (32 * Float.BYTES);
      long q = o + 8 + 16 * v + (v >> 3) * (BLOCK_BYTES - 128);
      int f = START + u + (u >> 3) * 8;
      FloatVector s = FloatVector.zero(FLOAT);
      FloatVector t = s;
      for (int j = 0; j < PARTS; j++) {
        long xj = x + j * LANES * Float.BYTES;
        s = low(base, q, j).fma(load(xb, xj), s);
        t = high(base, q, j).fma(load(xb, xj + 16 * Float.BYTES), t);
      }
      FloatVector scale = FloatVector.broadcast(FLOAT, lanes[f]);
      a = s.fma(scale, a);
      b = t.fma(scale, b);
    }
    a.add(b).intoArray(lanes, lane);
  }

  @Override
  public void factors(MemorySegment base, long o, int blocks, float[] target, int at) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    for (int i = 0; i < blocks; i++, o += BLOCK_BYTES) {
      float scale = Lanes.half(base, o);
      int high = base.get(SHORT, o + 2);
      int low = base.get(INT_LE, o + 4);
      if (LANES > 4) {
        IntVector lows =
            IntVector.broadcast(INT, low)
                .lanewise(LSHR, IntVector.fromArray(INT, LOW_SHIFT, 0))
                .and(15);
        IntVector highs =
            IntVector.broadcast(INT, high)
                .lanewise(LSHR, IntVector.fromArray(INT, HIGH_SHIFT, 0))
                .and(3);
        floats(highs.lanewise(LSHL, 4).or(lows).sub(32)).mul(scale).intoArray(target, at + 16 * i);
        continue;
      }
      for (int g = 0; g < 8; g++) {
        target[at + 16 * i + g] = scale * ((low >>> 4 * g & 15 | (high >>> 2 * g & 3) << 4) - 32);
      }
    }
  }
}
