package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Q3_K: codes as in {@link Q2_KSimd}; the third bit is moved next to the other two. */
final class Q3_KSimd implements TileKernel {
  private static final int BLOCK_WEIGHTS = 256;
  private static final int BLOCK_BYTES = 110;

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
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
          28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52);
    }
    for (int i = targetOffset; i < targetOffset + count; i += BLOCK_WEIGHTS, o += BLOCK_BYTES) {
      float scale = Lanes.half(base, o + 108);
      for (int run = 0; run < 4; run++) { // sixteen bytes of codes
        for (int k = 0; k < 4; k++) {
          int group = (run & 2) * 4 + 2 * k + (run & 1);
          FloatVector d = FloatVector.broadcast(FLOAT, scale * factor(base, o + 96, group));
          for (int j = 0; j < PARTS; j++) {
            IntVector codes = bytes(base, o + 32 + 16 * run, j).lanewise(LSHR, 2 * k).and(3);
            IntVector third = bytes(base, o + 16 * (run & 1), j).lanewise(LSHR, group >> 1).lanewise(LSHL, 2).and(4);
            floats(codes.or(third).sub(4)).mul(d).intoArray(target, i + 16 * group + j * LANES);
          }
        }
      }
    }
  }

  /** The factor of a group, -32 to 31. */
  private static int factor(MemorySegment base, long f, int group) {
    int low = base.get(ValueLayout.JAVA_BYTE, f + (group & 7)) >> (group >> 3) * 4 & 15;
    int high = base.get(ValueLayout.JAVA_BYTE, f + 8 + (group & 3)) >> (group >> 2) * 2 & 3;
    return (low | high << 4) - 32;
  }
}
