package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.ASHR;
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

  private static final float[] HIGH = {
    -32, -16, 0, 16, -32, -16, 0, 16, -32, -16, 0, 16, -32, -16, 0, 16
  };

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
      // u counts runs of sixteen, then the two bits of k, then halves of a block, then blocks.
      long x = xo + (16 * v + (v >> 2) * 64) * Float.BYTES;
      long q = o + 16 * v + (v >> 3) * (BLOCK_BYTES - 128);
      long h = o + 128 + (v >> 2) * 32 + (v & 1) * 16 + (v >> 3) * (BLOCK_BYTES - 64);
      int f = START + u + (u >> 2) * 4;
      FloatVector d0 = FloatVector.broadcast(FLOAT, lanes[f]);
      FloatVector d1 = FloatVector.broadcast(FLOAT, lanes[f + 4]);
      for (int j = 0; j < PARTS; j++) {
        IntVector pairs = bytes(base, q, j);
        IntVector high = bytes(base, h, j).lanewise(LSHR, u & 2);
        FloatVector x0 = load(xb, x + j * LANES * Float.BYTES);
        FloatVector x1 = load(xb, x + (64 + j * LANES) * Float.BYTES);
        a = quants(pairs, high).mul(x0).fma(d0, a);
        b = quants(pairs.lanewise(LSHR, 4), high.lanewise(LSHR, 4)).mul(x1).fma(d1, b);
      }
    }
    a.add(b).intoArray(lanes, lane);
  }

  private static FloatVector factor(MemorySegment base, long o, int group, float scale) {
    return FloatVector.broadcast(FLOAT, scale * base.get(ValueLayout.JAVA_BYTE, o + 192 + group));
  }

  private static FloatVector weights(IntVector low, IntVector high) {
    return floats(low.and(15).or(high.and(48)).sub(32));
  }

  /** Nibble + 16 * the lowest two bits of {@code high} - 32. */
  private static FloatVector quants(IntVector low, IntVector high) {
    if (LANES == 16) {
      IntVector steps = FloatVector.fromArray(FLOAT, HIGH, 0).reinterpretAsInts();
      return Nibbles.numbers(low).add(high.selectFrom(steps).reinterpretAsFloats());
    }
    return weights(low, high.lanewise(LSHL, 4));
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
