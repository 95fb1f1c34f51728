package dev.javelin.tensor.simd;

import jdk.incubator.vector.FloatVector;

/** Asks the JVM for its vector width; a class of its own because it mentions the Vector API. */
final class PreferredWidth {
  private PreferredWidth() {}

  static int bits() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }
}
