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
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** TQ1_0: bytes times a power of three, as ints; the digit is what two more steps carry out. */
final class TQ1_0Simd implements TileKernel {
  private static final int BLOCK_WEIGHTS = 256;
  private static final int BLOCK_BYTES = 54;

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
      FloatVector scale = Lanes.f16(base, o + 52);
      for (int run = 0; run < 3; run++) { // sixteen bytes of digits
        int distance = run < 2 ? 32 : 16;
        for (int j = 0; j < PARTS; j++) {
          IntVector digits = bytes(base, o + 16 * run, j).and(255);
          int to = i + (run == 2 ? 160 : 16 * run) + j * LANES;
          for (int n = 0; n < 5; n++) {
            IntVector tripled = digits.mul(3);
            floats(tripled.lanewise(LSHR, 8).sub(1))
                .mul(scale)
                .intoArray(target, to + n * distance);
            digits = tripled.and(255);
          }
        }
      }
      last(base, o, target, i + 240);
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
    for (int i = 0; i < columns; i += BLOCK_WEIGHTS) {
      long p = o + (long) i / BLOCK_WEIGHTS * BLOCK_BYTES;
      long x = xo + (long) i * Float.BYTES;
      FloatVector s = FloatVector.zero(FLOAT);
      for (int run = 0; run < 3; run++) { // sixteen bytes of digits
        long distance = (run < 2 ? 32 : 16) * Float.BYTES;
        for (int j = 0; j < PARTS; j++) {
          IntVector digits = bytes(base, p + 16 * run, j).and(255);
          long xj = x + ((run == 2 ? 160 : 16 * run) + j * LANES) * Float.BYTES;
          for (int n = 0; n < 5; n++, xj += distance) {
            IntVector tripled = digits.add(digits.lanewise(LSHL, 1));
            s = floats(tripled.lanewise(LSHR, 8).sub(1)).fma(load(xb, xj), s);
            digits = tripled.and(255);
          }
        }
      }
      FloatVector scale = Lanes.f16(base, p + 52);
      a = s.fma(scale, a);
      last(base, p, lanes, START);
      for (int j = 0; j < 16; j += LANES) {
        b =
            FloatVector.fromArray(FLOAT, lanes, START + j)
                .fma(load(xb, x + (240 + j) * Float.BYTES), b);
      }
    }
    a.add(b).intoArray(lanes, lane);
  }

  /** The last sixteen weights, four to a byte: digit n of byte j is weight 4n + j. */
  private static void last(MemorySegment base, long o, float[] target, int to) {
    float scale = Lanes.half(base, o + 52);
    for (int j = 0; j < 4; j++) {
      int digits = base.get(ValueLayout.JAVA_BYTE, o + 48 + j) & 255;
      for (int n = 0; n < 4; n++) {
        float weight = ((digits * 3 >> 8) - 1) * scale;
        // In the order of every fourth column, weight 4n + j stands at place 4j + n.
        target[to + (LANES == 4 ? 4 * j + n : 4 * n + j)] = weight;
        digits = digits * 3 & 255;
      }
    }
  }
}
