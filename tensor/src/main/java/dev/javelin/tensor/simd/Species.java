package dev.javelin.tensor.simd;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The species of the width in use. They must be read from static finals (not from parameters or
 * fields), or C2 does not see the width and boxes every vector. Touch this class only when {@link
 * SimdSupport#available()}.
 */
public final class Species {
  /** 16, 8 or 4 floats. */
  public static final VectorSpecies<Float> FLOAT = FloatVector.SPECIES_64.withShape(shape(1));

  public static final VectorSpecies<Integer> INT = IntVector.SPECIES_64.withShape(shape(1));
  public static final VectorSpecies<Short> SHORT = ShortVector.SPECIES_64.withShape(shape(1));
  public static final VectorSpecies<Byte> BYTE = ByteVector.SPECIES_64.withShape(shape(1));

  /** As many shorts as {@link #FLOAT} has floats: what is widened to one vector of floats. */
  public static final VectorSpecies<Short> SHORTS_OF_FLOATS =
      ShortVector.SPECIES_64.withShape(shape(2));

  /**
   * As many bytes as {@link #FLOAT} has floats; at 128 bits eight, because there is no shorter
   * vector.
   */
  public static final VectorSpecies<Byte> BYTES_OF_FLOATS =
      ByteVector.SPECIES_64.withShape(shape(4));

  /** Floats in one vector. */
  public static final int LANES = SimdSupport.BITS / Float.SIZE;

  private Species() {}

  private static VectorShape shape(int divisor) {
    return VectorShape.forBitSize(Math.max(64, SimdSupport.BITS / divisor));
  }
}
