package dev.javelin.tensor.ops;

import dev.javelin.tensor.parallel.WorkerPool;
import dev.javelin.tensor.simd.MemoryReader;
import dev.javelin.tensor.simd.SimdSupport;
import java.lang.foreign.MemorySegment;
import java.util.OptionalDouble;

/** How many bytes a second the workers of a pool can read together, of memory that is given. */
public final class ReadLimit {
  private static final int WARM_UP_BYTES = 1 << 20;
  private static final int WARM_UPS = 300;
  private static final int PASSES = 3;

  private volatile int sink; // or nothing would have to be read

  /** Makes a reader. */
  public ReadLimit() {}

  /** Bytes a second, the best of some passes; nothing without vectors. */
  public OptionalDouble bytesPerSecond(WorkerPool pool, MemorySegment memory) {
    if (!SimdSupport.available()) {
      return OptionalDouble.empty();
    }
    long share = memory.byteSize() / pool.threads();
    long few = Math.min(share, WARM_UP_BYTES);
    for (int i = 0; i < WARM_UPS; i++) {
      sink = MemoryReader.read(memory, 0, few) + MemoryReader.readFourStreams(memory, 0, few);
    }
    double best = 0;
    for (int i = 0; i < PASSES; i++) {
      long start = System.nanoTime();
      pool.run((w, n) -> sink = MemoryReader.read(memory, w * share, share));
      long middle = System.nanoTime();
      pool.run((w, n) -> sink = MemoryReader.readFourStreams(memory, w * share, share));
      long nanos = Math.min(middle - start, System.nanoTime() - middle);
      best = Math.max(best, share * pool.threads() * 1e9 / nanos);
    }
    return OptionalDouble.of(best);
  }
}
