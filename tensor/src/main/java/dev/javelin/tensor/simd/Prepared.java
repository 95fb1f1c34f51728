package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copies activations into {@link Scratch}, in the order and scale in which a kernel reads them. */
final class Prepared {
  private Prepared() {}

  static void copy(RowKernel kernel, float[] x, int xOffset, int count, Scratch s) {
    MemorySegment target = s.activations(count);
    switch (kernel.order()) {
      case PLAIN, SCALAR -> {
        if (kernel.prescale() == 1) {
          MemorySegment.copy(x, xOffset, target, ValueLayout.JAVA_FLOAT, 0, count);
        } else {
          scaled(x, xOffset, count, kernel.prescale(), target);
        }
      }
      case EVERY_FOURTH -> everyFourth(x, xOffset, count, target);
    }
  }

  private static void scaled(
      float[] x, int xOffset, int count, float factor, MemorySegment target) {
    for (int i = 0; i < count; i++) {
      target.setAtIndex(ValueLayout.JAVA_FLOAT, i, x[xOffset + i] * factor);
    }
  }

  private static void everyFourth(float[] x, int xOffset, int count, MemorySegment target) {
    for (int g = 0; g < count; g += Order.GROUP) {
      for (int j = 0; j < Order.GROUP; j++) {
        float value = x[xOffset + g + Order.EVERY_FOURTH.column(j)];
        target.setAtIndex(ValueLayout.JAVA_FLOAT, g + j, value);
      }
    }
  }
}
