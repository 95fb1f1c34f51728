package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Q2_K: one load of codes serves four groups of weights that are 32 apart. */
final class Q2_KSimd implements TileKernel {
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
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
          28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52);
    }
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
}
