package dev.javelin.gguf;

import java.lang.reflect.Method;

/**
 * Bytes that the current thread has allocated so far; by reflection, because gguf does not require
 * jdk.management.
 */
final class AllocatedBytes {
  private AllocatedBytes() {}

  static long now() {
    try {
      Object bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      Method method =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getCurrentThreadAllocatedBytes");
      return (long) method.invoke(bean);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("needs the module jdk.management", e);
    }
  }
}
