package dev.javelin.tensor.simd;

import dev.javelin.tensor.BlockFormat;
import dev.javelin.tensor.InterleavedWeights;
import dev.javelin.tensor.QuantType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Has the kernels of a quant type compiled in the background when the first large matrix of it
 * appears, that is while a model is being opened: on a few rows of zeros, as often as the compiler
 * wants to see before it acts.
 */
final class WarmUp {
  private static final int ROWS = 8;
  private static final int COLUMNS = 512;
  private static final int FEW_CALLS = 3000;
  private static final int MANY_CALLS = 150;
  private static final long LONGEST_NANOS =
      TimeUnit.MILLISECONDS.toNanos(1500); // of one kind of product
  private static final EnumSet<QuantType> REQUESTED = EnumSet.noneOf(QuantType.class);
  private static final EnumSet<QuantType> INTERLEAVED = EnumSet.noneOf(QuantType.class);
  private static ExecutorService thread; // guarded by REQUESTED

  private WarmUp() {}

  static void request(QuantType type, BlockFormat format) {
    request(REQUESTED, type, () -> run(type, format));
  }

  /** The same for products from the second layout. */
  static void requestInterleaved(QuantType type) {
    request(INTERLEAVED, type, () -> runInterleaved(type));
  }

  private static void request(EnumSet<QuantType> requested, QuantType type, Runnable work) {
    synchronized (REQUESTED) {
      if (!requested.add(type)) {
        return;
      }
      if (thread == null) {
        thread =
            Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("javelin-warm-up-products").factory());
      }
      thread.execute(work);
    }
  }

  private static void runInterleaved(QuantType type) {
    int rows = 2 * InterleavedWeights.GROUP_ROWS;
    long bytes = InterleavedWeights.byteSize(type, rows, COLUMNS);
    InterleavedKernel kernel =
        new InterleavedKernel(type, Arena.ofAuto().allocate(bytes, 64), rows, COLUMNS);
    Scratch scratch = new Scratch();
    float[] x = new float[COLUMNS];
    float[] y = new float[rows];
    repeat(
        FEW_CALLS,
        () -> {
          kernel.multiply(0, rows, x, 0, y, 0, scratch);
          scratch.forget();
        });
  }

  private static void run(QuantType type, BlockFormat format) {
    MemorySegment zeros = Arena.ofAuto().allocate(type.byteSize((long) ROWS * COLUMNS), 64);
    MatrixKernel kernel = new MatrixKernel(type, format, zeros, ROWS, COLUMNS);
    Scratch scratch = new Scratch();
    PackedActivations packed = new PackedActivations();
    float[] x = new float[64 * COLUMNS];
    float[] y = new float[64 * ROWS];
    few(kernel, x, 1, y, scratch);
    for (int tokens : new int[] {64, 48, 41, 32}) {
      kernel.set(packed, x, 0, tokens);
      packed.pack(0, 1);
      repeat(MANY_CALLS, () -> kernel.multiply(0, ROWS, packed, y, 0, scratch));
    }
    for (int tokens : new int[] {4, 8, 2}) {
      few(kernel, x, tokens, y, scratch);
    }
  }

  private static void few(MatrixKernel kernel, float[] x, int tokens, float[] y, Scratch scratch) {
    repeat(
        FEW_CALLS,
        () -> {
          kernel.multiply(0, ROWS, x, 0, tokens, y, 0, scratch);
          scratch.forget();
        });
  }

  private static void repeat(int calls, Runnable product) {
    long end = System.nanoTime() + LONGEST_NANOS;
    for (int i = 0; i < calls && System.nanoTime() < end; i++) {
      product.run();
    }
  }
}
