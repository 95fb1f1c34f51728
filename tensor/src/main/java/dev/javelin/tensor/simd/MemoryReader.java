package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Reads memory as fast as the machine can: what no kernel that streams its weights can beat. */
public final class MemoryReader {
  private static final int VECTOR_BYTES = Species.LANES * Float.BYTES;

  private MemoryReader() {}

  /** Reads {@code bytes} and returns a sum, so that nothing is left out. */
  public static int read(MemorySegment segment, long offset, long bytes) {
    MemorySegment base = FastMemory.base(segment);
    long o = FastMemory.offset(segment, offset, bytes);
    IntVector a = IntVector.zero(Species.INT);
    IntVector b = a;
    IntVector c = a;
    IntVector d = a;
    for (long end = o + bytes - 4 * VECTOR_BYTES; o <= end; o += 4 * VECTOR_BYTES) {
      a = a.add(load(base, o));
      b = b.add(load(base, o + VECTOR_BYTES));
      c = c.add(load(base, o + 2 * VECTOR_BYTES));
      d = d.add(load(base, o + 3 * VECTOR_BYTES));
    }
    return a.add(b).add(c).add(d).reduceLanes(VectorOperators.ADD);
  }

  /**
   * The same over four streams, a quarter of the bytes apart, as kernels read that take four rows
   * at once. Which of the two is faster depends on the prefetchers.
   */
  public static int readFourStreams(MemorySegment segment, long offset, long bytes) {
    MemorySegment base = FastMemory.base(segment);
    long o = FastMemory.offset(segment, offset, bytes);
    long quarter = bytes / 4 / VECTOR_BYTES * VECTOR_BYTES;
    IntVector a = IntVector.zero(Species.INT);
    IntVector b = a;
    IntVector c = a;
    IntVector d = a;
    for (long end = o + quarter - VECTOR_BYTES; o <= end; o += VECTOR_BYTES) {
      a = a.add(load(base, o));
      b = b.add(load(base, o + quarter));
      c = c.add(load(base, o + 2 * quarter));
      d = d.add(load(base, o + 3 * quarter));
    }
    return a.add(b).add(c).add(d).reduceLanes(VectorOperators.ADD);
  }

  private static IntVector load(MemorySegment base, long o) {
    return IntVector.fromMemorySegment(Species.INT, base, o, ByteOrder.LITTLE_ENDIAN);
  }
}
