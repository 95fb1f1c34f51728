package dev.javelin.bench;

import dev.javelin.tensor.simd.Species;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What the machine can do at best: fused multiply-adds. Reading is in {@link
 * dev.javelin.tensor.simd.MemoryReader}.
 */
final class Limits {
  /**
   * Independent sums in {@link #multiplyAdds}: more than latency (4 or 5 cycles) times units (2) of
   * any CPU.
   */
  static final int CHAINS = 12;

  private Limits() {}

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
