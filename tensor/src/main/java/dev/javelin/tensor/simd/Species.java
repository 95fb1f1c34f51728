package dev.javelin.tensor.simd;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The species of the width in use. They must be read from static finals (not from parameters or fields), or C2 does not see
 * the width and boxes every vector. Touch this class only when {@link SimdSupport#available()}.
 */
public final class Species {
  /** 16, 8 or 4 floats. */
  public static final VectorSpecies<Float> FLOAT = FloatVector.SPECIES_64.withShape(shape());

  public static final VectorSpecies<Integer> INT = IntVector.SPECIES_64.withShape(shape());
  public static final VectorSpecies<Short> SHORT = ShortVector.SPECIES_64.withShape(shape());
  public static final VectorSpecies<Byte> BYTE = ByteVector.SPECIES_64.withShape(shape());

  /** Floats in one vector. */
  public static final int LANES = SimdSupport.BITS / Float.SIZE;

  private Species() {}

  private static VectorShape shape() {
    return VectorShape.forBitSize(SimdSupport.BITS);
  }
}
