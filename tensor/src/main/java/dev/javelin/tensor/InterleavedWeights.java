package dev.javelin.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.javelin.tensor.quant.Mxfp4;
import dev.javelin.tensor.simd.SimdSupport;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The second layout of 4-bit weights, which is faster to multiply by rounded activations: 32 rows
 * side by side, so that one vector instruction works on one column of all of them. It is written
 * once ({@code javelin optimize}) and lies beside the model file.
 *
 * <pre>
 *  group = 32 rows   | scales [blocks][32] | nibbles [blocks][8][32] of 16 bits |      a block is 32 columns
 *
 *  scales    of a block: rows 0, 2 .. 30, then rows 1, 3 .. 31; MXFP4: the exponent byte; Q4_0: the f16
 *            (even rows are the low halves of 32-bit words, which are widened to floats together)
 *  nibbles   line l, row r: the codes of columns 4l, 4l+1, 4l+2, 4l+3, lowest bits first
 * </pre>
 *
 * <p>Scales are padded to a multiple of 64 bytes; rows that are missing in the last group are zero.
 * As many bits a weight as before: 4.25 (MXFP4), 4.5 (Q4_0).
 *
 * <p>MXFP4 with exponent 0 counts as zero: its weights are below 2^-125. Exponent 255 has no place
 * here, nor has an f16 that is infinite or not a number: such a matrix is not copied.
 */
public final class InterleavedWeights {
  /** Rows that lie side by side. */
  public static final int GROUP_ROWS = 32;

  /** Columns with one scale. */
  public static final int BLOCK = 32;

  private static final int USED_BITS = 512;
  private static final int ALIGNMENT = 64;
  private static final int LINES = BLOCK / 4;
  private static final int BLOCK_BYTES = LINES * GROUP_ROWS * Short.BYTES;
  private static final int ZERO_CODE_Q4_0 = 0x8888;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private InterleavedWeights() {}

  /** Whether this machine multiplies from it: with vectors of 512 bits. */
  public static boolean isUsed() {
    return SimdSupport.BITS == USED_BITS;
  }

  /** Whether matrices of this type and shape have this layout, and gain by it. */
  public static boolean gains(QuantType type, long rows, long columns) {
    return (type == QuantType.MXFP4 || type == QuantType.Q4_0)
        && columns % BLOCK == 0
        && columns > 0
        && rows >= GROUP_ROWS;
  }

  /** Bytes of one matrix in this layout, a multiple of 64. */
  public static long byteSize(QuantType type, long rows, long columns) {
    return (rows + GROUP_ROWS - 1) / GROUP_ROWS * groupBytes(type, columns / BLOCK);
  }

  /** Bytes from one group of rows to the next. */
  public static long groupBytes(QuantType type, long blocks) {
    return scaleBytes(type, blocks) + blocks * BLOCK_BYTES;
  }

  /** Bytes of the scales of a group, at its start. */
  public static long scaleBytes(QuantType type, long blocks) {
    long bytes = blocks * GROUP_ROWS * scaleSize(type);
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static int scaleSize(QuantType type) {
    return type == QuantType.MXFP4 ? 1 : Short.BYTES;
  }

  /**
   * Writes groups {@code fromGroup} to {@code toGroup - 1} of a matrix.
   *
   * @param source the matrix as it lies in a GGUF file
   * @param target the bytes of these groups, zero at first
   * @return false if a scale has no place in this layout
   */
  public static boolean copy(
      QuantType type,
      MemorySegment source,
      int rows,
      int columns,
      MemorySegment target,
      int fromGroup,
      int toGroup) {
    int blocks = columns / BLOCK;
    long group = groupBytes(type, blocks);
    long scales = scaleBytes(type, blocks);
    for (int r = fromGroup * GROUP_ROWS; r < toGroup * GROUP_ROWS; r++) {
      long start = (r / GROUP_ROWS - fromGroup) * group;
      int lane = r % GROUP_ROWS;
      for (int b = 0; b < blocks; b++) {
        long nibbles = start + scales + (long) b * BLOCK_BYTES + lane * Short.BYTES;
        if (r >= rows) {
          zero(type, target, nibbles);
          continue;
        }
        long o = ((long) r * blocks + b) * type.blockBytes();
        long place = (long) b * GROUP_ROWS + (lane & 1) * (GROUP_ROWS / 2) + lane / 2;
        if (!copyScale(type, source, o, target, start + place * scaleSize(type))) {
          return false;
        }
        copyCodes(source, o + scaleSize(type), target, nibbles);
      }
    }
    return true;
  }

  private static void zero(QuantType type, MemorySegment target, long nibbles) {
    short code = type == QuantType.MXFP4 ? 0 : (short) ZERO_CODE_Q4_0;
    for (int l = 0; l < LINES; l++) {
      target.set(SHORT, nibbles + (long) l * GROUP_ROWS * Short.BYTES, code);
    }
  }

  private static boolean copyScale(
      QuantType type, MemorySegment source, long from, MemorySegment target, long to) {
    if (type == QuantType.MXFP4) {
      byte e = source.get(JAVA_BYTE, from);
      target.set(JAVA_BYTE, to, e);
      return e != -1;
    }
    short d = source.get(SHORT, from);
    target.set(SHORT, to, d);
    return Float.isFinite(Float.float16ToFloat(d));
  }

  /** Both types keep columns j and j + 16 in byte j. */
  private static void copyCodes(MemorySegment source, long from, MemorySegment target, long to) {
    for (int l = 0; l < LINES; l++) {
      int shift = l < LINES / 2 ? 0 : 4;
      int codes = 0;
      for (int k = 0; k < 4; k++) {
        int pair = source.get(JAVA_BYTE, from + 4 * l % (BLOCK / 2) + k);
        codes |= (pair >> shift & 15) << (4 * k);
      }
      target.set(SHORT, to + (long) l * GROUP_ROWS * Short.BYTES, (short) codes);
    }
  }

  /** The integer that a code stands for. */
  public static int value(QuantType type, int code) {
    return type == QuantType.MXFP4 ? Mxfp4.doubled(code) : code - 8;
  }

  /** The largest magnitude of {@link #value}. */
  public static int largest(QuantType type) {
    return type == QuantType.MXFP4 ? 12 : 8;
  }

  /** The scale of {@link #value} in one row and block. */
  public static float scale(
      QuantType type, MemorySegment copy, int rows, int columns, int row, int block) {
    int blocks = columns / BLOCK;
    int lane = row % GROUP_ROWS;
    long place = (long) block * GROUP_ROWS + (lane & 1) * (GROUP_ROWS / 2) + lane / 2;
    long at = row / GROUP_ROWS * groupBytes(type, blocks) + place * scaleSize(type);
    if (type == QuantType.MXFP4) {
      int e = copy.get(JAVA_BYTE, at) & 255;
      return e == 0 ? 0 : Mxfp4.halfScale(e);
    }
    return Float.float16ToFloat(copy.get(SHORT, at));
  }

  /** The code of one weight. */
  public static int code(QuantType type, MemorySegment copy, int columns, int row, int column) {
    int blocks = columns / BLOCK;
    long line = (long) (column / BLOCK) * LINES + column % BLOCK / 4;
    long at =
        row / GROUP_ROWS * groupBytes(type, blocks)
            + scaleBytes(type, blocks)
            + (line * GROUP_ROWS + row % GROUP_ROWS) * Short.BYTES;
    return copy.get(SHORT, at) >> (4 * (column % 4)) & 15;
  }
}
