package dev.javelin.tensor.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory that one worker reuses for every product, so that nothing is allocated when warm.
 * Activations are copied here before a product: to a multiple of 64 bytes, because a 64-byte load
 * that crosses a cache line costs two, and outside the heap, where loads need no bounds checks.
 */
public final class Scratch {
  /**
   * Sums of up to 8 rows x 4 tokens, one vector each; then the weights that {@link TileKernel}
   * decodes, or the factors of {@link GroupedKernel}, of which the last may be read with what
   * follows.
   */
  final float[] lanes = new float[TileKernel.START + TileKernel.TILE + Lanes.STRIDE];

  /** 16-bit sums of one block of weights: at most 16 vectors of 64 bytes. */
  static final int BLOCK_SUMS_BYTES = 16 * 64;

  /** A block of activations as integers, of a vector of tokens. */
  final QuantizedPairs pairs = new QuantizedPairs();

  /** The integers of one block of weights; longer, because they are read 8 at a time. */
  final byte[] bytes = new byte[48];

  /** What was read for the caches alone. */
  int touched;

  /** One token's activations, for matrices in the second layout. */
  final WordActivations token = new WordActivations();

  /** Whose activations {@link #activations} has. */
  final Prepared prepared = new Prepared();

  private MemorySegment groupScales = MemorySegment.NULL;
  private MemorySegment activations = MemorySegment.NULL;
  private MemorySegment blockSums = MemorySegment.NULL;
  private MemorySegment nativeSums = MemorySegment.NULL;
  private float[] tile = new float[0];
  private int[] words = new int[0];
  private float[] sums = new float[0];
  private float[] part = new float[0];

  /** At least {@code floats} floats of native memory at a multiple of 64 bytes. */
  MemorySegment activations(int floats) {
    if (activations.byteSize() < 4L * floats) {
      activations = Arena.ofAuto().allocate(4L * floats + floats, 64);
    }
    return activations;
  }

  /** Scales of some groups of rows, as floats. */
  MemorySegment groupScales(int floats) {
    if (groupScales.byteSize() < (long) Float.BYTES * floats) {
      groupScales = Arena.ofAuto().allocate((long) Float.BYTES * floats, 64);
    }
    return groupScales;
  }

  /** What was kept of the callers' arrays is not theirs any more. */
  public void forget() {
    token.forget();
    prepared.forget();
  }

  /** Dequantized weights. */
  float[] tile(int floats) {
    return tile = atLeast(tile, floats);
  }

  /** {@link #BLOCK_SUMS_BYTES} of native memory at a multiple of 64 bytes. */
  MemorySegment blockSums() {
    if (blockSums.byteSize() == 0) {
      blockSums = Arena.ofAuto().allocate(BLOCK_SUMS_BYTES, 64);
    }
    return blockSums;
  }

  /** Sums of products over all columns, in native memory at a multiple of 64 bytes. */
  MemorySegment nativeSums(int floats) {
    if (nativeSums.byteSize() < (long) Float.BYTES * floats) {
      nativeSums = Arena.ofAuto().allocate((long) Float.BYTES * floats, 64);
    }
    return nativeSums;
  }

  /** Integer weights, each twice in a word. */
  int[] words(int count) {
    if (words.length < count) {
      words = new int[count];
    }
    return words;
  }

  /** Sums of products over all columns. */
  float[] sums(int floats) {
    return sums = atLeast(sums, floats);
  }

  /** Sums of products over some columns. */
  float[] part(int floats) {
    return part = atLeast(part, floats);
  }

  private static float[] atLeast(float[] array, int floats) {
    return array.length < floats ? new float[floats] : array;
  }
}
