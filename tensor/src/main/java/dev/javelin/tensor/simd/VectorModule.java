package dev.javelin.tensor.simd;

/**
 * Finds the incubator module of the Vector API, and loads it into the running JVM where that is
 * allowed. Owns the answer to "may a class that mentions {@code jdk.incubator.vector} be touched?"
 * and mentions none itself.
 *
 * <p>The JVM prints a warning when the module is resolved at start-up ({@code --add-modules}), and
 * none when it is loaded later. Loading it later needs the JDK-internal package {@code
 * jdk.internal.module} to be exported to us: the launcher does it with {@code --add-exports}, the
 * executable jar with {@code Add-Exports} in its manifest. Without it the documented flag is
 * needed.
 */
public final class VectorModule {
  /**
   * The flag that makes the module available on every JVM; named in the note about scalar
   * arithmetic.
   */
  public static final String FLAG = "--add-modules jdk.incubator.vector";

  private static final String NAME = "jdk.incubator.vector";
  private static final boolean AVAILABLE = resolvedAtStart() || loadedNow();

  private VectorModule() {}

  /** Whether vector classes can be used in this JVM; decided once. */
  public static boolean available() {
    return AVAILABLE;
  }

  private static boolean resolvedAtStart() {
    var module = ModuleLayer.boot().findModule(NAME);
    module.ifPresent(VectorModule.class.getModule()::addReads);
    return module.isPresent();
  }

  private static boolean loadedNow() {
    try {
      var load = Class.forName("jdk.internal.module.Modules").getMethod("loadModule", String.class);
      VectorModule.class.getModule().addReads((Module) load.invoke(null, NAME));
      return true;
    } catch (ReflectiveOperationException | RuntimeException unavailable) {
      // Not exported to us, no such module in this run-time image, or another JDK's internals: the
      // scalar forms answer.
      return false;
    }
  }
}
