package dev.javelin.tensor.simd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One token's activations as {@link InterleavedProduct} reads them: 16-bit integers under the rule
 * of {@link ShortActivations}, each twice in a 32-bit word, so that a plain load fills a vector
 * with it. Each worker makes its own and keeps it for the next product of the same activations.
 */
final class WordActivations {
  static final int BLOCK = ShortProduct.BLOCK;

  private int[] integers = new int[0];
  private final float[] lanes = new float[Lanes.STRIDE];
  private MemorySegment words = MemorySegment.NULL; // [columns]
  private MemorySegment scales = MemorySegment.NULL; // [blocks]
  private float[] source; // null: nothing is kept
  private int sourceOffset;
  private int columns;
  private int largest;

  /**
   * Makes sure that these activations are here.
   *
   * @param largest magnitude of a weight
   */
  void set(float[] x, int xOffset, int columns, int largest) {
    if (source == x
        && sourceOffset == xOffset
        && this.columns == columns
        && this.largest == largest) {
      return;
    }
    source = x;
    sourceOffset = xOffset;
    this.columns = columns;
    this.largest = largest;
    if (words.byteSize() < (long) Integer.BYTES * columns) {
      words = Arena.ofAuto().allocate((long) Integer.BYTES * columns, 64);
      scales = Arena.ofAuto().allocate((long) Float.BYTES * columns / BLOCK, 64);
    }
    if (integers.length < columns) {
      integers = new int[columns];
    }
    for (int b = 0; b < columns / BLOCK; b++) {
      int from = b * BLOCK;
      float scale = QuantizedBlock.of(x, xOffset + from, largest, integers, from, lanes);
      scales.setAtIndex(JAVA_FLOAT, b, scale);
      toWords(integers, from);
    }
    MemorySegment.copy(integers, 0, words, JAVA_INT, 0, columns);
  }

  private static void toWords(int[] integers, int from) {
    for (int i = from; i < from + BLOCK; i++) {
      integers[i] = integers[i] << Short.SIZE | integers[i] & 0xFFFF;
    }
  }

  /** The caller's array may change from now on. */
  void forget() {
    source = null;
  }

  MemorySegment words() {
    return words;
  }

  MemorySegment scales() {
    return scales;
  }
}
