package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Q3_K: codes as in {@link Q2_KSimd}; the third bit is moved next to the other two. */
final class Q3_KSimd implements GroupedKernel {
  private static final int BLOCK_WEIGHTS = 256;
  private static final int BLOCK_BYTES = 110;

  /**
   * Where the low and high bits of each group's factor are in the last sixteen bytes of a block.
   */
  private static final int[] LOW_BYTE = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5, 6, 7, 8, 9};

  private static final int[] LOW_SHIFT = {0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4};
  private static final int[] HIGH_BYTE = {
    10, 11, 12, 13, 10, 11, 12, 13, 10, 11, 12, 13, 10, 11, 12, 13
  };
  private static final int[] HIGH_SHIFT = {0, 0, 0, 0, 2, 2, 2, 2, 4, 4, 4, 4, 6, 6, 6, 6};

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
      float scale = Lanes.half(base, o + 108);
      for (int run = 0; run < 4; run++) { // sixteen bytes of codes
        for (int k = 0; k < 4; k++) {
          int group = (run & 2) * 4 + 2 * k + (run & 1);
          FloatVector d = FloatVector.broadcast(FLOAT, scale * factor(base, o + 96, group));
          for (int j = 0; j < PARTS; j++) {
            IntVector codes = bytes(base, o + 32 + 16 * run, j).lanewise(LSHR, 2 * k).and(3);
            IntVector third =
                bytes(base, o + 16 * (run & 1), j)
                    .lanewise(LSHR, group >> 1)
                    .lanewise(LSHL, 2)
                    .and(4);
            floats(codes.or(third).sub(4)).mul(d).intoArray(target, i + 16 * group + j * LANES);
          }
        }
      }
    }
  }

  @Override
  public int factorCount() {
    return 16;
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
      // u counts runs of sixteen, then pairs of k, then halves of a block, then blocks.
      long x = xo + ((v >> 1) * 64 + (v & 1) * 16) * Float.BYTES;
      long q = o + 32 + (v >> 2) * 32 + (v & 1) * 16 + (v >> 3) * (BLOCK_BYTES - 64);
      long h = o + 16 * (v & 1) + (v >> 3) * BLOCK_BYTES;
      int f = START + (u >> 1) * 4 + (u & 1);
      FloatVector d0 = FloatVector.broadcast(FLOAT, lanes[f]);
      FloatVector d1 = FloatVector.broadcast(FLOAT, lanes[f + 2]);
      for (int j = 0; j < PARTS; j++) {
        IntVector codes = bytes(base, q, j).lanewise(LSHR, 2 * (u & 2));
        IntVector third = bytes(base, h, j).lanewise(LSHR, u & 6);
        FloatVector x0 = load(xb, x + j * LANES * Float.BYTES);
        FloatVector x1 = load(xb, x + (32 + j * LANES) * Float.BYTES);
        a = quants(codes, third.lanewise(LSHL, 2)).mul(x0).fma(d0, a);
        b = quants(codes.lanewise(LSHR, 2), third.lanewise(LSHL, 1)).mul(x1).fma(d1, b);
      }
    }
    a.add(b).intoArray(lanes, lane);
  }

  /** The factor of a group, -32 to 31. */
  private static int factor(MemorySegment base, long f, int group) {
    int low = base.get(ValueLayout.JAVA_BYTE, f + (group & 7)) >> (group >> 3) * 4 & 15;
    int high = base.get(ValueLayout.JAVA_BYTE, f + 8 + (group & 3)) >> (group >> 2) * 2 & 3;
    return (low | high << 4) - 32;
  }

  /** The lowest two bits of {@code low} and the third bit of {@code third}, less 4. */
  private static FloatVector quants(IntVector low, IntVector third) {
    return floats(low.and(3).or(third.and(4)).sub(4));
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
      float scale = Lanes.half(base, o + 108);
      if (LANES == 16) {
        IntVector bytes = bytes(base, o + 94, 0); // the last sixteen of the block
        IntVector low = IntVector.fromArray(INT, LOW_BYTE, 0).selectFrom(bytes);
        IntVector high = IntVector.fromArray(INT, HIGH_BYTE, 0).selectFrom(bytes);
        low = low.lanewise(LSHR, IntVector.fromArray(INT, LOW_SHIFT, 0)).and(15);
        high =
            high.lanewise(LSHR, IntVector.fromArray(INT, HIGH_SHIFT, 0)).and(3).lanewise(LSHL, 4);
        floats(low.or(high).sub(32)).mul(scale).intoArray(target, at + 16 * i);
        continue;
      }
      for (int g = 0; g < 16; g++) {
        target[at + 16 * i + g] = scale * factor(base, o + 96, g);
      }
    }
  }
}
