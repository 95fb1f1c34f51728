package dev.javelin.tensor.quant;

import java.lang.foreign.MemorySegment;

/**
 * Eight scales s and eight offsets m of six bits in twelve bytes f[0..11], as in {@link Q4_K} and
 * {@link Q5_K}. The first four of each are whole; the last four have their low bits in the nibbles
 * of f[8..11] and their high bits above the first four.
 *
 * <pre>
 *  byte       bits 0..5          bits 6..7                     byte       bits 0..3          bits 4..7
 *  f[0..3]    s[0..3]            bits 4..5 of s[4..7]          f[8..11]   low of s[4..7]     low of m[4..7]
 *  f[4..7]    m[0..3]            bits 4..5 of m[4..7]
 * </pre>
 */
final class SixBitFactors {
  static final int BYTES = 12;

  private SixBitFactors() {}

  static int scale(MemorySegment source, long f, int group) {
    if (group < 4) {
      return LittleEndian.uint8(source, f + group) & 63;
    }
    return LittleEndian.uint8(source, f + group + 4) & 15
        | LittleEndian.uint8(source, f + group - 4) >> 6 << 4;
  }

  static int offset(MemorySegment source, long f, int group) {
    if (group < 4) {
      return LittleEndian.uint8(source, f + group + 4) & 63;
    }
    return LittleEndian.uint8(source, f + group + 4) >> 4
        | LittleEndian.uint8(source, f + group) >> 6 << 4;
  }
}
