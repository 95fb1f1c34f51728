package dev.javelin.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Main class of the JVMs that {@link VectorModuleTest} starts: says whether vectors can be used,
 * and uses them.
 */
final class VectorModuleProbe {
  private VectorModuleProbe() {}

  public static void main(String[] arguments) {
    System.out.println(VectorModule.available() ? "true " + Sum.of64Ones() : "false");
  }

  /** Kept apart so that the probe itself loads without the incubator module. */
  private static final class Sum {
    static float of64Ones() {
      var species = FloatVector.SPECIES_PREFERRED;
      float sum = 0;
      for (int i = 0; i < 64; i += species.length()) {
        sum += FloatVector.broadcast(species, 1).reduceLanes(VectorOperators.ADD);
      }
      return sum;
    }
  }
}
