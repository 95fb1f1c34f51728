package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Q4_K: nibbles become floats, times the scale of their group, less its offset. */
final class Q4_KSimd implements TileKernel {
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
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
          28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52);
    }
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
}
