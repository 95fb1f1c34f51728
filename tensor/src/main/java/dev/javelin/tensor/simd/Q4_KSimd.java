package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static dev.javelin.tensor.simd.Words.number;
import static dev.javelin.tensor.simd.Words.words;
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
  public Order orderOfOne() {
    return Order.NIBBLE_WORDS;
  }

  /** Offsets are taken in by the sums of the activations. */
  @Override
  public void offsets(MemorySegment xb, long sums, int blocks, float[] lanes, int lane) {
    SixBitFactors.addOffsets(xb, sums, blocks, lanes, START, lane);
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
    IntVector mask0 = IntVector.broadcast(INT, 0xF);
    IntVector mask8 = IntVector.broadcast(INT, 0xF00);
    IntVector magic0 = IntVector.broadcast(INT, Words.MAGIC_0);
    IntVector magic8 = IntVector.broadcast(INT, Words.MAGIC_8);
    FloatVector zero0 = magic0.reinterpretAsFloats();
    FloatVector zero8 = magic8.reinterpretAsFloats();
    IntVector groups = SixBitFactors.groups();
    FloatVector a = FloatVector.fromArray(FLOAT, lanes, lane);
    FloatVector b = FloatVector.zero(FLOAT);
    int units = columns / Words.WEIGHTS;
    for (int i = 0; i < units; i++) {
      long block = o + (i >> Words.BLOCK_SHIFT) * (long) BLOCK_BYTES;
      int unit = i & Words.IN_BLOCK - 1;
      IntVector low = words(base, block + 16 + unit * Words.BYTES);
      IntVector high = low.lanewise(LSHR, 4);
      long x = xo + i * (long) Words.X_BYTES;
      FloatVector s0 = FloatVector.zero(FLOAT);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      for (int round = 0; round < 4; round++) { // low and high in turn, two bytes of each word
        FloatVector sum = number(low, mask0, magic0, zero0).mul(load(xb, x));
        sum = number(low, mask8, magic8, zero8).fma(load(xb, x + Words.BYTES), sum);
        x += 2 * Words.BYTES;
        s0 = s1;
        s1 = s2;
        s2 = s3;
        s3 = sum;
        IntVector rest = low.lanewise(LSHR, 16);
        low = high;
        high = rest;
      }
      int f = START + (i >> Words.BLOCK_SHIFT) * 16 + (unit * Words.BYTES >> 5) * 2;
      a = s0.add(s2).fma(SixBitFactors.of(lanes, f, groups), a);
      b = s1.add(s3).fma(SixBitFactors.of(lanes, f + 1, groups), b);
    }
    a.add(b).intoArray(lanes, lane);
  }

  @Override
  public void factors(MemorySegment base, long o, int blocks, float[] target, int at) {
    SixBitFactors.unpack(base, o, blocks, BLOCK_BYTES, target, at);
  }
}
