package dev.javelin.tensor;

import dev.javelin.tensor.simd.FastMemory;
import dev.javelin.tensor.simd.SimdSupport;
import dev.javelin.tensor.simd.VectorModule;

/** What the arithmetic runs on, in words and numbers that a program may show. */
public final class Hardware {
  private Hardware() {}

  /** Bits of the vectors in use; 0 in scalar form. */
  public static int vectorBits() {
    return SimdSupport.BITS;
  }

  /** One phrase: {@code 512-bit vectors}, or that there are none and why. */
  public static String description() {
    if (SimdSupport.BITS > 0) {
      return SimdSupport.BITS + "-bit vectors";
    }
    return SimdSupport.moduleFound()
        ? "scalar, as asked"
        : "scalar; for vectors start Java with " + VectorModule.FLAG;
  }

  /**
   * Whether the Vector API's module was found; without it everything is computed in scalar form.
   */
  public static boolean vectorModuleFound() {
    return SimdSupport.moduleFound();
  }

  /** The flag that brings the Vector API's module. */
  public static String vectorModuleFlag() {
    return VectorModule.FLAG;
  }

  /** Whether kernels read weights by absolute address, which needs native access. */
  public static boolean absoluteAddresses() {
    return FastMemory.ENABLED;
  }
}
