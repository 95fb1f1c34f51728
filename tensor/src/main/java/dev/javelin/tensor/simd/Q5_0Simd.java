package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Codes.PARTS;
import static dev.javelin.tensor.simd.Codes.bytes;
import static dev.javelin.tensor.simd.Codes.columns;
import static dev.javelin.tensor.simd.Codes.floats;
import static dev.javelin.tensor.simd.Lanes.load;
import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Q5_0: each lane shifts the word of fifth bits down by its own column. */
final class Q5_0Simd implements TileKernel {
  private static final int BLOCK_WEIGHTS = 32;
  private static final int BLOCK_BYTES = 22;
  private static final int HALF = BLOCK_WEIGHTS / 2;
  private static final ValueLayout.OfInt INT_LE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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
      FloatVector scale = Lanes.f16(base, o);
      IntVector fifthBits = IntVector.broadcast(INT, base.get(INT_LE, o + 2));
      for (int j = 0; j < PARTS; j++) {
        IntVector pairs = bytes(base, o + 6, j);
        IntVector place = columns(j);
        IntVector low = fifthBits.lanewise(LSHL, 4).lanewise(LSHR, place).and(16).or(pairs.and(15));
        IntVector high =
            fifthBits
                .lanewise(LSHR, 12)
                .lanewise(LSHR, place)
                .and(16)
                .or(pairs.lanewise(LSHR, 4).and(15));
        floats(low.sub(16)).mul(scale).intoArray(target, i + j * LANES);
        floats(high.sub(16)).mul(scale).intoArray(target, i + j * LANES + HALF);
      }
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
      FloatVector scale = Lanes.f16(base, p);
      FloatVector least = scale.mul(-16);
      FloatVector sixteen = scale.mul(16);
      IntVector table = Nibbles.table(scale, least);
      int fifthBits = base.get(INT_LE, p + 2);
      for (int j = 0; j < PARTS; j++) {
        IntVector pairs = bytes(base, p + 6, j);
        IntVector place = Codes.columns(j);
        long xj = x + j * LANES * Float.BYTES;
        FloatVector low = Nibbles.weights(pairs, table, scale, least);
        a = Nibbles.addWhere(low, fifthBits, place, sixteen).fma(load(xb, xj), a);
        FloatVector high = Nibbles.weights(pairs.lanewise(LSHR, 4), table, scale, least);
        b =
            Nibbles.addWhere(high, fifthBits >>> 16, place, sixteen)
                .fma(load(xb, xj + HALF * Float.BYTES), b);
      }
    }
    a.add(b).intoArray(lanes, lane);
  }
}
