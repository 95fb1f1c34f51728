package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Q4_K: nibbles become floats, times the scale of their group, less its offset. */
final class Q4_KSimd implements GroupedKernel {
  private static final int BLOCK_WEIGHTS = 256;
  private static final int BLOCK_BYTES = 144;

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
            IntVector pairs = bytes(base, o + 16 + 16 * g + half, j);
            floats(pairs.and(15)).mul(d0).sub(m0).intoArray(target, to);
            floats(pairs.lanewise(LSHR, 4).and(15)).mul(d1).sub(m1).intoArray(target, to + 32);
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
    FloatVector c = b;
    FloatVector d = b;
    int units = columns / 64;
    for (int u = 0; u < units; u++) {
      long v = u;
      long x = xo + v * (64 * Float.BYTES);
      long q = o + 32 * v + (v >> 2) * (BLOCK_BYTES - 128);
      int f = START + 2 * u + (u >> 2) * 8;
      FloatVector d0 = FloatVector.broadcast(FLOAT, lanes[f]);
      FloatVector m0 = FloatVector.broadcast(FLOAT, lanes[f + 8]);
      FloatVector d1 = FloatVector.broadcast(FLOAT, lanes[f + 1]);
      FloatVector m1 = FloatVector.broadcast(FLOAT, lanes[f + 9]);
      IntVector t0 = Nibbles.table(d0, m0);
      IntVector t1 = Nibbles.table(d1, m1);
      for (int j = 0; j < PARTS; j++) {
        IntVector pairs = bytes(base, q + 16, j);
        IntVector more = bytes(base, q + 32, j);
        long xj = x + j * LANES * Float.BYTES;
        a = Nibbles.weights(pairs, t0, d0, m0).fma(load(xb, xj), a);
        b = Nibbles.weights(more, t0, d0, m0).fma(load(xb, xj + 16 * Float.BYTES), b);
        c =
            Nibbles.weights(pairs.lanewise(LSHR, 4), t1, d1, m1)
                .fma(load(xb, xj + 32 * Float.BYTES), c);
        d =
            Nibbles.weights(more.lanewise(LSHR, 4), t1, d1, m1)
                .fma(load(xb, xj + 48 * Float.BYTES), d);
      }
    }
    a.add(b).add(c.add(d)).intoArray(lanes, lane);
  }

  @Override
  public void factors(MemorySegment base, long o, int blocks, float[] target, int at) {
    SixBitFactors.unpack(base, o, blocks, BLOCK_BYTES, target, at);
  }
}
