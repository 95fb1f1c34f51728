package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static jdk.incubator.vector.VectorOperators.BITWISE_BLEND;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** One token of Q5_K at 512 bits. Offsets are taken in by the sums of the activations. */
final class Q5_KSimd512 extends WordKernel512 {
  private static final int BLOCK_BYTES = 176;

  /** Which of four groups the lanes of low and of high nibbles belong to. */
  private static final int[] LOW_GROUPS = {0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2};

  private static final int[] HIGH_GROUPS = {1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3, 3, 3};

  /** Which bit of a byte is the fifth of low nibbles, the next one that of high nibbles. */
  private static final int[] FIFTH = {
    0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4, 6, 6, 6, 6, 6, 6, 6, 6
  };

  /** The first eight words, twice. */
  private static final int[] TWICE = {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7};

  Q5_KSimd512() {
    super(new Q5_KSimd());
  }

  @Override
  public Order orderOfOne() {
    return Order.NIBBLE_WORDS;
  }

  @Override
  public void offsets(MemorySegment xb, long sums, int blocks, float[] lanes, int lane) {
    SixBitFactors.addOffsets(xb, sums, blocks, lanes, START, lane);
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
    IntVector mask0 = IntVector.broadcast(INT, 0x1F);
    IntVector mask8 = IntVector.broadcast(INT, 0x1F00);
    IntVector magic0 = IntVector.broadcast(INT, MAGIC_0);
    IntVector magic8 = IntVector.broadcast(INT, MAGIC_8);
    FloatVector zero0 = magic0.reinterpretAsFloats();
    FloatVector zero8 = magic8.reinterpretAsFloats();
    IntVector nibbles = IntVector.broadcast(INT, NIBBLES);
    IntVector twice = IntVector.fromArray(INT, TWICE, 0);
    IntVector lowGroups = IntVector.fromArray(INT, LOW_GROUPS, 0);
    IntVector highGroups = IntVector.fromArray(INT, HIGH_GROUPS, 0);
    FloatVector a = FloatVector.fromArray(FLOAT, lanes, lane);
    FloatVector b = FloatVector.zero(FLOAT);
    int halves = columns / HALF_WEIGHTS;
    for (int i = 0; i < halves; i++) {
      long block = o + (i >> 1) * (long) BLOCK_BYTES;
      IntVector v = words(base, block + 48 + (i & 1) * NIBBLE_BYTES);
      IntVector fifth =
          twice
              .selectFrom(words(base, block + 16))
              .lanewise(LSHR, IntVector.fromArray(INT, FIFTH, (i & 1) * 16));
      IntVector low = fifth.lanewise(LSHL, 4).lanewise(BITWISE_BLEND, v, nibbles);
      IntVector high =
          fifth.lanewise(LSHL, 3).lanewise(BITWISE_BLEND, v.lanewise(LSHR, 4), nibbles);
      long x = xo + i * (long) X_HALF_BYTES;
      FloatVector s0 = FloatVector.zero(FLOAT);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      for (int round = 0; round < 4; round++) { // low and high in turn, two bytes of each word
        FloatVector sum = number(low, mask0, magic0, zero0).mul(load(xb, x));
        sum = number(low, mask8, magic8, zero8).fma(load(xb, x + 64), sum);
        x += 128;
        s0 = s1;
        s1 = s2;
        s2 = s3;
        s3 = sum;
        IntVector rest = low.lanewise(LSHR, 16);
        low = high;
        high = rest;
      }
      IntVector factors =
          FloatVector.fromArray(FLOAT, lanes, START + (i >> 1) * 16 + (i & 1) * 4)
              .reinterpretAsInts();
      a = s0.add(s2).fma(lowGroups.selectFrom(factors).reinterpretAsFloats(), a);
      b = s1.add(s3).fma(highGroups.selectFrom(factors).reinterpretAsFloats(), b);
    }
    a.add(b).intoArray(lanes, lane);
  }
}
