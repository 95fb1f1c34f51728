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
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.BITWISE_BLEND;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Q6_K: a byte of nibbles and two pairs of bits of another byte make two weights that are 64 apart.
 */
final class Q6_KSimd implements GroupedKernel {
  private static final int BLOCK_WEIGHTS = 256;
  private static final int BLOCK_BYTES = 210;

  /** Which of the groups from a vector's first one on each lane belongs to. */
  private static final int[] GROUPS = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};

  /** At 512 bits: the eight words of upper bits of one half of a block and of the other, twice. */
  private static final int[] UPPER_WORDS = {
    0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7,
    8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15
  };

  /** At 512 bits: which bits of a byte belong to low nibbles. */
  private static final int[] UPPER_BITS = {0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2};

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
      float scale = Lanes.half(base, o + 208);
      for (int run = 0; run < 4; run++) { // sixteen bytes of high bits
        for (int k = 0; k < 2; k++) {
          long low = o + (run & 2) * 32 + (run & 1) * 16 + 32 * k;
          int group = (run & 2) * 4 + (run & 1) + 2 * k;
          FloatVector d0 = factor(base, o, group, scale);
          FloatVector d1 = factor(base, o, group + 4, scale);
          for (int j = 0; j < PARTS; j++) {
            IntVector pairs = bytes(base, low, j);
            IntVector high = bytes(base, o + 128 + 16 * run, j).lanewise(LSHR, 2 * k);
            int to = i + 16 * group + j * LANES;
            weights(pairs, high.lanewise(LSHL, 4)).mul(d0).intoArray(target, to);
            weights(pairs.lanewise(LSHR, 4), high).mul(d1).intoArray(target, to + 64);
          }
        }
      }
    }
  }

  @Override
  public Order orderOfOne() {
    return Order.FAR_NIBBLE_WORDS;
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
    IntVector mask0 = IntVector.broadcast(INT, 0x3F);
    IntVector mask8 = IntVector.broadcast(INT, 0x3F00);
    IntVector magic0 = IntVector.broadcast(INT, Words.MAGIC_0);
    IntVector magic8 = IntVector.broadcast(INT, Words.MAGIC_8);
    FloatVector zero0 = FloatVector.broadcast(FLOAT, 0x1p23f + 32);
    FloatVector zero8 = FloatVector.broadcast(FLOAT, 0x1p15f + 32);
    IntVector nibbles = IntVector.broadcast(INT, Words.NIBBLES);
    IntVector groups = IntVector.fromArray(INT, GROUPS, 0);
    FloatVector a = FloatVector.fromArray(FLOAT, lanes, lane);
    FloatVector b = FloatVector.zero(FLOAT);
    int units = columns / Words.WEIGHTS;
    for (int i = 0; i < units; i++) {
      long block = o + (i >> Words.BLOCK_SHIFT) * (long) BLOCK_BYTES;
      int unit = i & Words.IN_BLOCK - 1;
      IntVector v = words(base, block + unit * Words.BYTES);
      IntVector upper = upper(base, block + 128, unit);
      IntVector low = upper.lanewise(LSHL, 4).lanewise(BITWISE_BLEND, v, nibbles);
      IntVector high = upper.lanewise(BITWISE_BLEND, v.lanewise(LSHR, 4), nibbles);
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
      int f =
          START
              + (i >> Words.BLOCK_SHIFT) * 16
              + (unit * Words.BYTES >> 6) * 8
              + (unit * Words.BYTES >> 4 & 3);
      a = s0.add(s2).fma(scales(lanes, f, groups), a);
      b = s1.add(s3).fma(scales(lanes, f + 4, groups), b);
    }
    a.add(b).intoArray(lanes, lane);
  }

  private static FloatVector factor(MemorySegment base, long o, int group, float scale) {
    return FloatVector.broadcast(FLOAT, scale * base.get(ValueLayout.JAVA_BYTE, o + 192 + group));
  }

  private static FloatVector weights(IntVector low, IntVector high) {
    return floats(low.and(15).or(high.and(48)).sub(32));
  }

  /** The scales of a vector's nibbles, the first of them at {@code at}. */
  private static FloatVector scales(float[] lanes, int at, IntVector groups) {
    return LANES == 4 ? FloatVector.broadcast(FLOAT, lanes[at]) : Words.factors(lanes, at, groups);
  }

  /** Two more bits of a vector of low nibbles at bit 0 of each byte, of high ones at bit 4. */
  private static IntVector upper(MemorySegment base, long o, int unit) {
    if (LANES == 16) {
      return IntVector.fromArray(INT, UPPER_WORDS, unit * 16)
          .selectFrom(words(base, o))
          .lanewise(LSHR, IntVector.fromArray(INT, UPPER_BITS, 0));
    }
    int at = unit * Words.BYTES;
    return words(base, o + (at >> 6) * 32 + (at & 31)).lanewise(LSHR, at >> 4 & 2);
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
    for (int i = 0; i < blocks; i++, o += BLOCK_BYTES, at += 16) {
      float scale = Lanes.half(base, o + 208);
      for (int g = 0; LANES == 4 && g < 16; g++) {
        target[at + g] = scale * base.get(ValueLayout.JAVA_BYTE, o + 192 + g);
      }
      for (int j = 0; LANES > 4 && j < PARTS; j++) {
        IntVector factors = bytes(base, o + 192, j).lanewise(LSHL, 24).lanewise(ASHR, 24);
        floats(factors).mul(scale).intoArray(target, at + j * LANES);
      }
    }
  }
}
