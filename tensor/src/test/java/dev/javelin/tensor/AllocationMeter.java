package dev.javelin.tensor;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Bytes that the current thread has allocated. A kernel that allocates when warm has boxed its
 * vectors. Bound by name, because the module under test does not read {@code jdk.management}.
 */
public final class AllocationMeter {
  private static final MethodHandle ALLOCATED = find();

  private AllocationMeter() {}

  /** Bytes allocated by this thread so far. */
  public static long bytes() {
    try {
      return (long) ALLOCATED.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The least that 20 calls of {@code work} allocate, in up to 500 tries: the compiler may need a
   * while.
   */
  public static long leastOfWarmCalls(Runnable work) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 500 && least > 0; i++) {
      long before = bytes();
      for (int j = 0; j < 20; j++) {
        work.run();
      }
      least = Math.min(least, bytes() - before);
    }
    return least;
  }

  private static MethodHandle find() {
    try {
      Class<?> type = Class.forName("com.sun.management.ThreadMXBean");
      Object bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      return MethodHandles.publicLookup()
          .findVirtual(type, "getCurrentThreadAllocatedBytes", MethodType.methodType(long.class))
          .bindTo(bean);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
