package dev.javelin.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.constrain.ConstraintState;
import dev.javelin.engine.constrain.TokenMask;
import java.util.Arrays;

/** How long masks took, in microseconds. */
final class MaskTimes {
  private long[] nanos = new long[64];
  private int count;

  TokenMask mask(ConstraintState state) {
    long start = System.nanoTime();
    var mask = state.mask();
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = System.nanoTime() - start;
    return mask;
  }

  void writeTo(ObjectNode json) {
    Arrays.sort(nanos, 0, count);
    json.put("p50", at(0.50)).put("p99", at(0.99)).put("max", at(1));
  }

  private double at(double share) {
    return count == 0
        ? 0
        : nanos[(int) Math.min(count - 1, Math.floor(share * count))] / 100 / 10.0;
  }
}
