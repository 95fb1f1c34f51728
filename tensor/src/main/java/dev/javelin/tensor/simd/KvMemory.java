package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static dev.javelin.tensor.simd.Species.SHORTS_OF_FLOATS;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Brings keys and values near: into the cache, or, of a Q8_0 block, as floats: all numbers into a
 * tile that the F32 kernels can use, or the scales alone.
 */
public final class KvMemory {
  static final ValueLayout.OfFloat FLOAT_LAYOUT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort SHORT_LAYOUT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG_LAYOUT = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int LINE_BYTES = 64;
  private static final int SCALE_GROUP = 32;

  private KvMemory() {}

  private static FloatVector quants(MemorySegment base, long o) {
    return (FloatVector)
        ByteVector.fromMemorySegment(Species.BYTES_OF_FLOATS, base, o, LITTLE_ENDIAN)
            .castShape(FLOAT, 0);
  }

  private static FloatVector scales(MemorySegment base, long o) {
    IntVector wide =
        (IntVector)
            ShortVector.fromMemorySegment(SHORTS_OF_FLOATS, base, o, LITTLE_ENDIAN)
                .castShape(Species.INT, 0);
    return wide.lanewise(VectorOperators.LSHL, 13)
        .and(0x8FFFE000)
        .reinterpretAsFloats()
        .mul(0x1p112f);
  }

  /**
   * Reads one number of each cache line, so that the kernel that comes next finds them near by. On
   * its own a kernel waits for each line: so many instructions belong to one that the CPU cannot
   * look far ahead. Returns a sum that means nothing.
   */
  public static long touch(MemorySegment memory, long o, long bytes) {
    MemorySegment base = FastMemory.base(memory); // again, so that the compiler sees the constant
    long a = 0;
    long b = 0;
    int pairs = (int) (bytes / (2 * LINE_BYTES));
    for (int i = 0; i < pairs; i++, o += 2 * LINE_BYTES) {
      a += base.get(LONG_LAYOUT, o);
      b += base.get(LONG_LAYOUT, o + LINE_BYTES);
    }
    return a + b;
  }

  /**
   * The {@code count} scales that lie {@code offset} bytes behind each of the blocks [first, end),
   * as floats, to {@code target}, which has room for the scales of blocks [0, end).
   */
  public static void scales(
      MemorySegment source,
      long[] blocks,
      int first,
      int end,
      long offset,
      int count,
      float[] target) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    MemorySegment base = FastMemory.base(source); // again, so that the compiler sees the constant
    for (int b = first; b < end; b++) {
      long o = blocks[b] + offset;
      int to = b * count;
      for (int i = 0; i < count; i += LANES) {
        scales(base, o + 2L * i).intoArray(target, to + i);
      }
    }
  }

  /**
   * Keys q[headDim, tokens] at {@code o}, scales [headDim / 32, tokens] at {@code s}; floats to
   * {@code to} of {@code target}.
   */
  public static void keys(
      MemorySegment source,
      long o,
      long s,
      int headDim,
      int tokens,
      MemorySegment target,
      long to) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    MemorySegment base = FastMemory.base(source); // again, so that the compiler sees the constant
    MemorySegment out = FastMemory.base(target);
    for (int d = 0; d < headDim; d += SCALE_GROUP, s += 2L * tokens) {
      for (int t = 0; t < tokens; t += LANES) {
        FloatVector scale = scales(base, s + 2L * t);
        long from = o + (long) d * tokens + t;
        long at = to + 4L * ((long) d * tokens + t);
        for (int i = 0; i < SCALE_GROUP; i++, from += tokens, at += 4L * tokens) {
          quants(base, from).mul(scale).intoMemorySegment(out, at, LITTLE_ENDIAN);
        }
      }
    }
  }

  /**
   * Values q[tokens, headDim] at {@code o}, scales [tokens, headDim / 32] at {@code s}; floats to
   * {@code to} of {@code target}.
   */
  public static void values(
      MemorySegment source,
      long o,
      long s,
      int headDim,
      int tokens,
      MemorySegment target,
      long to) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    MemorySegment base = FastMemory.base(source); // again, so that the compiler sees the constant
    MemorySegment out = FastMemory.base(target);
    for (int i = 0; i < headDim * tokens; i += SCALE_GROUP, s += 2) {
      FloatVector scale =
          FloatVector.broadcast(FLOAT, Float.float16ToFloat(base.get(SHORT_LAYOUT, s)));
      for (int j = i; j < i + SCALE_GROUP; j += LANES) {
        quants(base, o + j).mul(scale).intoMemorySegment(out, to + 4L * j, LITTLE_ENDIAN);
      }
    }
  }
}
