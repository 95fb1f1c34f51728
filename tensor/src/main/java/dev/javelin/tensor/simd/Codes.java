package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.BYTES_OF_FLOATS;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Reads packed codes sixteen bytes at a time, the same way at each width: {@link #PARTS} vectors of
 * ints, one byte to a lane. Bits above the byte are whatever follows; every code is masked after it
 * was shifted down.
 *
 * <p>At 512 and 256 bits the bytes are widened in order. At 128 bits that would take a load of four
 * bytes for each vector; there the sixteen bytes are read as four ints and shifted down by 0, 8, 16
 * and 24 bits, which gives {@link Order#EVERY_FOURTH}.
 */
final class Codes {
  /** Vectors for sixteen bytes. */
  static final int PARTS = 16 / LANES;

  /** Which of sixteen bytes stands in which lane of which part. */
  private static final int[] COLUMNS = new int[16];

  static {
    Order order = LANES == 4 ? Order.EVERY_FOURTH : Order.PLAIN;
    for (int i = 0; i < 16; i++) {
      COLUMNS[i] = order.column(i);
    }
  }

  private Codes() {}

  /** Part {@code part} of the sixteen bytes at {@code o}. */
  static IntVector bytes(MemorySegment base, long o, int part) {
    if (LANES == 4) {
      return IntVector.fromMemorySegment(INT, base, o, LITTLE_ENDIAN).lanewise(LSHR, 8 * part);
    }
    return (IntVector)
        ByteVector.fromMemorySegment(BYTES_OF_FLOATS, base, o + part * LANES, LITTLE_ENDIAN)
            .convertShape(ZERO_EXTEND_B2I, INT, 0);
  }

  /** Numbers of the columns in the lanes of part {@code part}. */
  static IntVector columns(int part) {
    return IntVector.fromArray(INT, COLUMNS, part * LANES);
  }

  /** Small whole numbers as floats. */
  static FloatVector floats(IntVector codes) {
    return (FloatVector) codes.convert(I2F, 0);
  }
}
