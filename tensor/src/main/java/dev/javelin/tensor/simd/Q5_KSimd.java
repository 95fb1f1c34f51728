package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Q5_K: as {@link Q4_KSimd}, with the fifth bit of group g from bit g of another byte. */
final class Q5_KSimd implements GroupedKernel {
  private static final int BLOCK_WEIGHTS = 256;
  private static final int BLOCK_BYTES = 176;

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
      float least = Lanes.half(base, o + 2);
      long scales = SixBitFactors.scales(base, o + 4);
      long offsets = SixBitFactors.offsets(base, o + 4);
      for (int g = 0; g < 8; g += 2) {
        FloatVector d0 = FloatVector.broadcast(FLOAT, scale * (scales >>> 8 * g & 63));
        FloatVector m0 = FloatVector.broadcast(FLOAT, least * (offsets >>> 8 * g & 63));
        FloatVector d1 = FloatVector.broadcast(FLOAT, scale * (scales >>> 8 * g + 8 & 63));
        FloatVector m1 = FloatVector.broadcast(FLOAT, least * (offsets >>> 8 * g + 8 & 63));
        for (int half = 0; half < 32; half += 16) {
          for (int j = 0; j < PARTS; j++) {
            int to = i + 32 * g + half + j * LANES;
            IntVector pairs = bytes(base, o + 48 + 16 * g + half, j);
            IntVector fifth = bytes(base, o + 16 + half, j).lanewise(LSHR, g);
            IntVector low = pairs.and(15).or(fifth.lanewise(LSHL, 4).and(16));
            IntVector high = pairs.lanewise(LSHR, 4).and(15).or(fifth.lanewise(LSHL, 3).and(16));
            floats(low).mul(d0).sub(m0).intoArray(target, to);
            floats(high).mul(d1).sub(m1).intoArray(target, to + 32);
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
      long x = xo + (16 * v + (v >> 1) * 32) * Float.BYTES;
      long q = o + 48 + 16 * v + (v >> 3) * (BLOCK_BYTES - 128);
      long h = o + 16 + 16 * (v & 1) + (v >> 3) * BLOCK_BYTES;
      int f = START + (u & -2) + (u >> 3) * 8;
      FloatVector d0 = FloatVector.broadcast(FLOAT, lanes[f]);
      FloatVector m0 = FloatVector.broadcast(FLOAT, lanes[f + 8]);
      FloatVector d1 = FloatVector.broadcast(FLOAT, lanes[f + 1]);
      FloatVector m1 = FloatVector.broadcast(FLOAT, lanes[f + 9]);
      for (int j = 0; j < PARTS; j++) {
        long xj = x + j * LANES * Float.BYTES;
        IntVector pairs = bytes(base, q, j);
        IntVector fifth = bytes(base, h, j).lanewise(LSHR, u & 6);
        IntVector low = pairs.and(15).or(fifth.lanewise(LSHL, 4).and(16));
        IntVector high = pairs.lanewise(LSHR, 4).and(15).or(fifth.lanewise(LSHL, 3).and(16));
        a = floats(low).fma(d0, m0).fma(load(xb, xj), a);
        b = floats(high).fma(d1, m1).fma(load(xb, xj + 32 * Float.BYTES), b);
      }
    }
    a.add(b).intoArray(lanes, lane);
  }

  @Override
  public void factors(MemorySegment base, long o, int blocks, float[] target, int at) {
    SixBitFactors.unpack(base, o, blocks, BLOCK_BYTES, target, at);
  }
}
