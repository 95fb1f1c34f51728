package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.BYTES_OF_FLOATS;
import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;

/**
 * A quant type whose weights are small integers, 32 or more of them with one scale: what {@link
 * FastPrefill} multiplies.
 */
interface ShortKernel {
  int BLOCK = ShortProduct.BLOCK;

  /** The largest magnitude of a weight without its scale. */
  int largest();

  /**
   * Writes {@code count} weights, whole blocks of the type, from {@code o} on, each as a word that
   * holds it twice as 16 bits.
   *
   * @param bytes place for the integers of 32 weights
   */
  void words(MemorySegment base, long o, int count, int[] words, int offset, byte[] bytes);

  /** The scale of the {@code block}th 32 weights from {@code o} on. */
  float scale(MemorySegment base, long o, int block);

  /** The words of one block whose integers are in {@code bytes}. */
  static void widen(byte[] bytes, int[] words, int offset) {
    for (int i = 0; i < BLOCK; i += LANES) {
      IntVector w = (IntVector) ByteVector.fromArray(BYTES_OF_FLOATS, bytes, i).castShape(INT, 0);
      w.and(0xFFFF).or(w.lanewise(LSHL, 16)).intoArray(words, offset + i);
    }
  }
}
