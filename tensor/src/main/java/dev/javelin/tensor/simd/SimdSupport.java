package dev.javelin.tensor.simd;

/**
 * Which vector width the kernels use. This class mentions no type of {@code jdk.incubator.vector},
 * so that it can be asked when that module is missing; the species are in {@link Species}.
 *
 * <p>{@code -Djavelin.vector.bits=512|256|128} forces a width, {@code 0} the scalar forms. Without
 * it the JVM's preferred width is used.
 */
public final class SimdSupport {
  /** Whether the width was asked for, not chosen. */
  static final boolean FORCED = !System.getProperty("javelin.vector.bits", "").isBlank();

  /** Vector width in bits: 512, 256 or 128; 0 = no vectors, only scalar forms. */
  public static final int BITS = chooseBits();

  private SimdSupport() {}

  /** Whether classes that use the Vector API may be touched. */
  public static boolean available() {
    return BITS > 0;
  }

  /** Whether the module {@code jdk.incubator.vector} was found, whatever width is in use. */
  public static boolean moduleFound() {
    return VectorModule.available();
  }

  private static int chooseBits() {
    String requested = System.getProperty("javelin.vector.bits", "").strip();
    return switch (requested) {
      case "0" -> 0;
      case "128", "256", "512" -> moduleFound() ? Integer.parseInt(requested) : 0;
      case "" -> moduleFound() ? usable(PreferredWidth.bits()) : 0;
      default ->
          throw new IllegalArgumentException(
              "javelin.vector.bits must be 512, 256, 128 or 0: " + requested);
    };
  }

  private static int usable(int preferred) {
    return preferred >= 512 ? 512 : preferred >= 256 ? 256 : preferred >= 128 ? 128 : 0;
  }
}
