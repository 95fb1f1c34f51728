package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;

/**
 * Weights that are nibbles, as words that hold each weight twice: at 512 bits one permutation of a
 * table of words by the nibbles; at other widths by a table of bytes.
 */
final class NibbleWords {
  private static final int BLOCK_WEIGHTS = 32;

  private final byte[] values;
  private final int[] table = new int[16];

  /**
   * @param values of the 16 nibbles
   */
  NibbleWords(byte... values) {
    this.values = values.clone();
    for (int i = 0; i < 16; i++) {
      table[i] = values[i] & 0xFFFF | values[i] << 16;
    }
  }

  /**
   * Blocks of 16 bytes, {@code blockBytes} apart; byte j has weight j in its low and weight j + 16
   * in its high nibble.
   */
  void decode(
      MemorySegment base,
      long o,
      int blockBytes,
      int blocks,
      int[] words,
      int offset,
      byte[] bytes) {
    if (LANES == 16) {
      permute(FastMemory.base(base), o, blockBytes, blocks, table, words, offset);
      return;
    }
    for (int b = 0; b < blocks; b++, o += blockBytes, offset += BLOCK_WEIGHTS) {
      look(FastMemory.base(base), o, values, bytes);
      ShortKernel.widen(bytes, words, offset);
    }
  }

  private static void permute(
      MemorySegment base,
      long o,
      int blockBytes,
      int blocks,
      int[] table,
      int[] words,
      int offset) {
    if (Outline.NEVER) {
      Outline.pad(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
          48, 49, 50, 51, 52);
    }
    base = FastMemory.base(base);
    IntVector t = IntVector.fromArray(INT, table, 0);
    for (int b = 0; b < blocks; b++, o += blockBytes, offset += BLOCK_WEIGHTS) {
      IntVector q =
          (IntVector)
              ByteVector.fromMemorySegment(ByteVector.SPECIES_128, base, o, LITTLE_ENDIAN)
                  .convertShape(ZERO_EXTEND_B2I, INT, 0);
      q.selectFrom(t).intoArray(words, offset);
      q.lanewise(LSHR, 4).selectFrom(t).intoArray(words, offset + LANES);
    }
  }

  private static void look(MemorySegment base, long o, byte[] values, byte[] target) {
    ByteVector table = ByteVector.fromArray(ByteVector.SPECIES_128, values, 0);
    ByteVector b = ByteVector.fromMemorySegment(ByteVector.SPECIES_128, base, o, LITTLE_ENDIAN);
    b.and((byte) 15).selectFrom(table).intoArray(target, 0);
    ByteVector high = b.reinterpretAsInts().lanewise(LSHR, 4).reinterpretAsBytes();
    high.and((byte) 15).selectFrom(table).intoArray(target, 16);
  }
}
