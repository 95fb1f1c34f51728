package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Addresses without per-access checks: one segment over the whole address space, which the JIT
 * knows as a constant, so that bounds and liveness checks fold away (17 to 20 % faster kernels).
 *
 * <p>One kernel body serves both modes. It takes {@code base = base(segment)} and {@code o =
 * offset(segment, from, bytes)}, which checks the range once, and then reads {@code base} at {@code
 * o}. With fast addresses {@code base} is the global segment and {@code o} an absolute address;
 * without, they are the segment itself and the offset in it. The caller keeps the segment reachable
 * and open during the call.
 *
 * <p>Fast addresses are used when native access is enabled for this module ({@code
 * --enable-native-access}) and {@code -Djavelin.safe=true} is not set.
 */
public final class FastMemory {
  /** Whether absolute addresses are in use. */
  public static final boolean ENABLED =
      !Boolean.getBoolean("javelin.safe") && FastMemory.class.getModule().isNativeAccessEnabled();

  /**
   * All bits that an address may have. {@code o &= FastMemory.ADDRESS} changes nothing, but tells
   * the JIT that o is not negative and far from the end of the global segment; with steps computed
   * from an int loop variable it then knows that every access is in bounds.
   */
  static final long ADDRESS = (1L << 56) - 1;

  private static final int LINE_BYTES = 64;

  private static final MemorySegment ALL = ENABLED ? everything() : MemorySegment.NULL;

  private FastMemory() {}

  /**
   * What to read from. To be asked at the top of the method with the loop, not before: only there
   * the JIT sees a constant. Not in a small method that the loop calls: when that has run without
   * being profiled, the JIT takes the call for a rare one and does not inline it.
   */
  public static MemorySegment base(MemorySegment segment) {
    return ENABLED ? ALL : segment;
  }

  /**
   * Where to start reading {@link #base}; checks that {@code bytes} from {@code offset} lie in
   * {@code segment}, and that it is native and open.
   */
  public static long offset(MemorySegment segment, long offset, long bytes) {
    Objects.checkFromIndexSize(offset, bytes, segment.byteSize());
    if (!ENABLED) {
      return offset;
    }
    if (!segment.isNative() || !segment.scope().isAlive()) {
      throw new IllegalStateException("kernels need a native segment that is open: " + segment);
    }
    return segment.address() + offset;
  }

  /**
   * Reads one byte of each cache line, so that their misses overlap; the result keeps the reads
   * alive.
   */
  static int touch(MemorySegment segment, long o, long bytes) {
    MemorySegment base = base(segment);
    int sum = 0;
    for (long i = 0; i < bytes; i += LINE_BYTES) {
      sum += base.get(ValueLayout.JAVA_BYTE, o + i);
    }
    return sum;
  }

  @SuppressWarnings("restricted")
  private static MemorySegment everything() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }
}
