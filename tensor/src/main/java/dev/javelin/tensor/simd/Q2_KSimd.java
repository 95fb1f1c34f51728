package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Q2_K: one load of codes serves four groups of weights that are 32 apart. */
final class Q2_KSimd implements GroupedKernel {
  private static final int BLOCK_WEIGHTS = 256;
  private static final int BLOCK_BYTES = 84;

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
      float scale = Lanes.half(base, o + 80);
      float least = Lanes.half(base, o + 82);
      for (int run = 0; run < 4; run++) { // sixteen bytes of codes
        for (int k = 0; k < 4; k++) {
          int group = (run & 2) * 4 + 2 * k + (run & 1);
          int factors = base.get(ValueLayout.JAVA_BYTE, o + group);
          FloatVector d = FloatVector.broadcast(FLOAT, scale * (factors & 15));
          FloatVector m = FloatVector.broadcast(FLOAT, least * (factors >> 4 & 15));
          for (int j = 0; j < PARTS; j++) {
            IntVector codes = bytes(base, o + 16 + 16 * run, j).lanewise(LSHR, 2 * k).and(3);
            floats(codes).mul(d).sub(m).intoArray(target, i + 16 * group + j * LANES);
          }
        }
      }
    }
  }

  @Override
  public int factorCount() {
    return 32;
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
      long x = xo + ((v >> 1) * 128 + (v & 1) * 16) * Float.BYTES;
      long q = o + 16 + 16 * v + (v >> 2) * (BLOCK_BYTES - 64);
      int f = START + (u >> 1) * 8 + (u & 1) + (u >> 2) * 16;
      for (int j = 0; j < PARTS; j++) {
        IntVector codes = bytes(base, q, j);
        long xj = x + j * LANES * Float.BYTES;
        a = weights(codes, lanes, f).fma(load(xb, xj), a);
        b = weights(codes.lanewise(LSHR, 2), lanes, f + 2).fma(load(xb, xj + 32 * Float.BYTES), b);
        c = weights(codes.lanewise(LSHR, 4), lanes, f + 4).fma(load(xb, xj + 64 * Float.BYTES), c);
        d = weights(codes.lanewise(LSHR, 6), lanes, f + 6).fma(load(xb, xj + 96 * Float.BYTES), d);
      }
    }
    a.add(b).add(c.add(d)).intoArray(lanes, lane);
  }

  private static FloatVector weights(IntVector codes, float[] lanes, int f) {
    FloatVector scale = FloatVector.broadcast(FLOAT, lanes[f]);
    FloatVector least = FloatVector.broadcast(FLOAT, lanes[f + 16]);
    return Nibbles.weights4(codes, Nibbles.table4(scale, least), scale, least);
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
    for (int i = 0; i < blocks; i++, o += BLOCK_BYTES, at += 32) {
      float scale = Lanes.half(base, o + 80);
      float least = -Lanes.half(base, o + 82);
      for (int g = 0; LANES == 4 && g < 16; g++) {
        int factors = base.get(ValueLayout.JAVA_BYTE, o + g);
        target[at + g] = scale * (factors & 15);
        target[at + 16 + g] = least * (factors >> 4 & 15);
      }
      for (int j = 0; LANES > 4 && j < PARTS; j++) {
        IntVector factors = bytes(base, o, j);
        floats(factors.and(15)).mul(scale).intoArray(target, at + j * LANES);
        floats(factors.lanewise(LSHR, 4)).mul(least).intoArray(target, at + 16 + j * LANES);
      }
    }
  }
}
