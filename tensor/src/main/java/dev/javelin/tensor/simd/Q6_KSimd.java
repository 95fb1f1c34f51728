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

/** Q6_K: a byte of nibbles and two pairs of bits of another byte make two weights that are 64 apart. */
final class Q6_KSimd implements TileKernel {
  private static final int BLOCK_WEIGHTS = 256;
  private static final int BLOCK_BYTES = 210;

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

  private static FloatVector factor(MemorySegment base, long o, int group, float scale) {
    return FloatVector.broadcast(FLOAT, scale * base.get(ValueLayout.JAVA_BYTE, o + 192 + group));
  }

  private static FloatVector weights(IntVector low, IntVector high) {
    return floats(low.and(15).or(high.and(48)).sub(32));
  }
}
