package dev.javelin.engine;

import java.lang.reflect.Method;

/**
 * Bytes that the current thread has allocated so far; by reflection, because engine does not
 * require jdk.management.
 */
public final class AllocatedBytes {
  private AllocatedBytes() {}

  public static long now() {
    return ask("getCurrentThreadAllocatedBytes");
  }

  /** Nanoseconds for which the current thread has had a processor: other programs do not count. */
  public static long cpuNanos() {
    return ask("getCurrentThreadCpuTime");
  }

  private static long ask(String name) {
    try {
      Object bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      Method method = Class.forName("com.sun.management.ThreadMXBean").getMethod(name);
      return (long) method.invoke(bean);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("needs the module jdk.management", e);
    }
  }
}
