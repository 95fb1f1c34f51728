package dev.javelin.tensor.simd;

import static dev.javelin.tensor.simd.Species.INT;
import static dev.javelin.tensor.simd.Species.LANES;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;

/**
 * TQ2_0 and I2_S as integers: 2-bit codes, four to a byte and 32 weights apart, by a permutation of
 * the words of -1, 0, 1 and 2 (the code that means nothing). Not at 128 bits, where {@link Codes}
 * reads bytes in another order.
 */
final class TernaryShorts implements ShortKernel {
  private static final int HALF_WEIGHTS = 128;
  private static final int HALF_BYTES = 32;
  private static final int[] WORDS = new int[16];

  static {
    for (int i = 0; i < WORDS.length; i++) {
      int weight = i % 4 - 1;
      WORDS[i] = weight & 0xFFFF | weight << Short.SIZE;
    }
  }

  private final int blockWeights;
  private final int blockBytes;
  private final boolean lowestFirst;
  private final float tensorScale; // NaN: each block has an f16 behind its codes

  private TernaryShorts(int blockWeights, int blockBytes, boolean lowestFirst, float tensorScale) {
    this.blockWeights = blockWeights;
    this.blockBytes = blockBytes;
    this.lowestFirst = lowestFirst;
    this.tensorScale = tensorScale;
  }

  static TernaryShorts tq2() {
    return new TernaryShorts(2 * HALF_WEIGHTS, 2 * HALF_BYTES + Short.BYTES, true, Float.NaN);
  }

  static TernaryShorts i2s(float tensorScale) {
    return new TernaryShorts(HALF_WEIGHTS, HALF_BYTES, false, tensorScale);
  }

  @Override
  public int largest() {
    return 2;
  }

  @Override
  public void words(MemorySegment base, long o, int count, int[] words, int offset, byte[] bytes) {
    for (int i = 0; i < count; i += blockWeights, o += blockBytes) {
      for (int h = 0; h < blockWeights / HALF_WEIGHTS; h++) {
        half(base, o + (long) HALF_BYTES * h, words, offset + i + HALF_WEIGHTS * h, lowestFirst);
      }
    }
  }

  /** 128 weights of 32 bytes. */
  private static void half(
      MemorySegment base, long o, int[] words, int offset, boolean lowestFirst) {
    base = FastMemory.base(base);
    IntVector table = IntVector.fromArray(INT, WORDS, 0);
    int first = lowestFirst ? offset : offset + 3 * BLOCK;
    int step = lowestFirst ? BLOCK : -BLOCK;
    for (int run = 0; run < 2; run++) {
      for (int j = 0; j < Codes.PARTS; j++) {
        IntVector codes = Codes.bytes(base, o + 16 * run, j);
        int to = first + 16 * run + j * LANES;
        for (int k = 0; k < 4; k++, to += step) {
          codes.selectFrom(table).intoArray(words, to);
          codes = codes.lanewise(LSHR, 2);
        }
      }
    }
  }

  @Override
  public float scale(MemorySegment base, long o, int block) {
    if (!Float.isNaN(tensorScale)) {
      return tensorScale;
    }
    long at = o + (long) (block * BLOCK / blockWeights) * blockBytes;
    return Lanes.half(base, at + 2 * HALF_BYTES);
  }
}
