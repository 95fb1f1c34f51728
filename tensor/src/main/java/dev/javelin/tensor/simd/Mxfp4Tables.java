package dev.javelin.tensor.simd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.javelin.tensor.quant.Mxfp4;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The 16 values of an MXFP4 block for each of the 256 exponents, 64 bytes each. A model uses the
 * tables of a few exponents; they stay in the first-level cache.
 */
final class Mxfp4Tables {
  private static final int TABLE_BYTES = 16 * Float.BYTES;
  private static final MemorySegment TABLES = tables(); // [256 exponents][16 codes]

  /** What to read from, at the offsets that {@link #offset} gives. */
  static final MemorySegment BASE = FastMemory.base(TABLES);

  private static final long START = FastMemory.offset(TABLES, 0, TABLES.byteSize());
  private static final float[] HALF_SCALES = halfScales();

  private Mxfp4Tables() {}

  /** Where the table of the block at {@code o} is: its first byte is the exponent. */
  static long offset(MemorySegment base, long o) {
    return START + (base.get(JAVA_BYTE, o) & 255) * (long) TABLE_BYTES;
  }

  /** The scale of the doubled values of the block at {@code o}. */
  static float halfScale(MemorySegment base, long o) {
    return HALF_SCALES[base.get(JAVA_BYTE, o) & 255];
  }

  private static MemorySegment tables() {
    MemorySegment tables = Arena.global().allocate(256 * TABLE_BYTES, TABLE_BYTES);
    for (int e = 0; e < 256; e++) {
      for (int code = 0; code < 16; code++) {
        tables.setAtIndex(JAVA_FLOAT, e * 16 + code, Mxfp4.halfScale(e) * Mxfp4.doubled(code));
      }
    }
    return tables;
  }

  private static float[] halfScales() {
    float[] scales = new float[256];
    for (int e = 0; e < 256; e++) {
      scales[e] = Mxfp4.halfScale(e);
    }
    return scales;
  }
}
