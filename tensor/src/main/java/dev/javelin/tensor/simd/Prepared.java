package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.FLOAT;
import static dev.javelin.tensor.simd.Species.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Copies activations into {@link Scratch}, in the order and scale in which a kernel reads them, and
 * remembers whose they are: matrices that read the same share one copy.
 */
final class Prepared {
  private float[] x; // null: nobody's
  private int xOffset;
  private int tokens;
  private int columns;
  private Order order;
  private float prescale;
  private boolean byEight;

  /** The array may change from now on. */
  void forget() {
    x = null;
  }

  private boolean holds(RowKernel kernel, float[] x, int xOffset, int tokens, int columns) {
    return this.x == x
        && this.xOffset == xOffset
        && this.tokens == tokens
        && this.columns == columns
        && order == order(kernel, tokens)
        && prescale == kernel.prescale()
        && byEight == EightTokens.by(kernel);
  }

  private void set(RowKernel kernel, float[] x, int xOffset, int tokens, int columns) {
    this.x = x;
    this.xOffset = xOffset;
    this.tokens = tokens;
    this.columns = columns;
    order = order(kernel, tokens);
    prescale = kernel.prescale();
    byEight = EightTokens.by(kernel);
  }

  /**
   * [tokens, columns] from {@code xOffset} on. Where {@link FarRows#group} takes more than four
   * together, they are in the order of {@link EightTokens}; the last stands for those that miss.
   * Until {@link Scratch#forget} the array must not change.
   */
  static MemorySegment copy(
      RowKernel kernel, float[] x, int xOffset, int tokens, int columns, Scratch s) {
    MemorySegment target = s.activations(floats(tokens, columns));
    if (s.prepared.holds(kernel, x, xOffset, tokens, columns)) {
      return target;
    }
    s.prepared.set(kernel, x, xOffset, tokens, columns);
    int count;
    for (int t = 0; t < tokens; t += count) {
      count = FarRows.group(kernel, tokens - t);
      int from = xOffset + t * columns;
      if (count > 4) {
        for (int i = 0; i < EightTokens.TOKENS; i++) {
          interleave(x, from + Math.min(i, count - 1) * columns, columns, target, t * columns, i);
        }
      } else {
        copy(kernel, order(kernel, tokens), x, from, count * columns, target, t * columns);
      }
    }
    return target;
  }

  /** Floats that the copy of so many activations may take. */
  static int floats(int tokens, int columns) {
    return (tokens + EightTokens.TOKENS - 1) / EightTokens.TOKENS * EightTokens.TOKENS * columns;
  }

  private static Order order(RowKernel kernel, int tokens) {
    return tokens == 1 ? kernel.orderOfOne() : kernel.order();
  }

  private static void copy(
      RowKernel kernel, Order order, float[] x, int from, int count, MemorySegment target, int to) {
    switch (order) {
      case PLAIN, SCALAR -> {
        if (kernel.prescale() == 1) {
          MemorySegment.copy(
              x, from, target, ValueLayout.JAVA_FLOAT, (long) Float.BYTES * to, count);
        } else {
          scaled(x, from, count, kernel.prescale(), target, to);
        }
      }
      case EVERY_FOURTH, FAR_NIBBLE_WORDS -> reordered(order, x, from, count, target, to);
      case NIBBLE_WORDS -> {
        reordered(order, x, from, count, target, to);
        sums(x, from, count, target, to + count);
      }
    }
  }

  /** A row as every eighth vector. */
  private static void interleave(
      float[] x, int from, int columns, MemorySegment target, int to, int place) {
    MemorySegment base = FastMemory.base(target);
    long o =
        FastMemory.offset(target, (long) Float.BYTES * to, (long) Float.BYTES * 8 * columns)
            + (long) place * LANES * Float.BYTES;
    for (int k = 0; k < columns; k += LANES, o += (long) EightTokens.TOKENS * LANES * Float.BYTES) {
      FloatVector.fromArray(FLOAT, x, from + k).intoMemorySegment(base, o, LITTLE_ENDIAN);
    }
  }

  private static void scaled(
      float[] x, int xOffset, int count, float factor, MemorySegment target, int to) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector.fromArray(FLOAT, x, xOffset + i)
          .mul(factor)
          .intoMemorySegment(target, (long) Float.BYTES * (to + i), LITTLE_ENDIAN);
    }
    for (; i < count; i++) {
      target.setAtIndex(ValueLayout.JAVA_FLOAT, to + i, x[xOffset + i] * factor);
    }
  }

  private static void reordered(
      Order order, float[] x, int xOffset, int count, MemorySegment target, int to) {
    int group = order.group();
    for (int j = 0; j < group; j++) {
      int column = order.column(j);
      for (int g = 0; g < count; g += group) {
        target.setAtIndex(ValueLayout.JAVA_FLOAT, to + g + j, x[xOffset + g + column]);
      }
    }
  }

  /** For each 256 columns eight zeros and the sums of eight times 32. */
  private static void sums(float[] x, int xOffset, int count, MemorySegment target, int to) {
    for (int group = 0; group < count / 32; group++) {
      float sum = 0;
      for (int i = 0; i < 32; i++) {
        sum += x[xOffset + 32 * group + i];
      }
      int place = to + group + (group & -8);
      target.setAtIndex(ValueLayout.JAVA_FLOAT, place, 0);
      target.setAtIndex(ValueLayout.JAVA_FLOAT, place + 8, sum);
    }
  }
}
