package dev.javelin.engine;

import java.lang.management.ManagementFactory;

/** How much memory there is to run in. */
public final class MachineMemory {
  private MachineMemory() {}

  /** Bytes of the machine, or of the container. */
  public static long bytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }
}
