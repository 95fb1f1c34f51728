package dev.javelin.bench;

import dev.javelin.tensor.simd.FastMemory;
import dev.javelin.tensor.simd.Species;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** What the machine can do at best: bytes read per second, and fused multiply-adds per second. */
final class Limits {
  /**
   * Independent sums in {@link #multiplyAdds}: more than latency (4 or 5 cycles) times units (2) of
   * any CPU.
   */
  static final int CHAINS = 12;

  private static final int VECTOR_BYTES = Species.LANES * Float.BYTES;

  private Limits() {}

  /** Reads {@code bytes} and returns a sum, so that nothing is left out. */
  static int read(MemorySegment segment, long offset, long bytes) {
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
  static int readFourStreams(MemorySegment segment, long offset, long bytes) {
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

  /** {@code count} steps of {@link #CHAINS} vector multiply-adds. */
  static float multiplyAdds(int count) {
    FloatVector x = FloatVector.broadcast(Species.FLOAT, 1e-9f);
    FloatVector y = FloatVector.broadcast(Species.FLOAT, 0.5f);
    FloatVector a = x;
    FloatVector b = x;
    FloatVector c = x;
    FloatVector d = x;
    FloatVector e = x;
    FloatVector f = x;
    FloatVector g = x;
    FloatVector h = x;
    FloatVector i = x;
    FloatVector j = x;
    FloatVector k = x;
    FloatVector l = x;
    for (int n = 0; n < count; n++) {
      a = x.fma(y, a);
      b = x.fma(y, b);
      c = x.fma(y, c);
      d = x.fma(y, d);
      e = x.fma(y, e);
      f = x.fma(y, f);
      g = x.fma(y, g);
      h = x.fma(y, h);
      i = x.fma(y, i);
      j = x.fma(y, j);
      k = x.fma(y, k);
      l = x.fma(y, l);
    }
    FloatVector sum =
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l);
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
