package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;

/** MXFP4 as integers: the doubled values of E2M1. */
final class Mxfp4Shorts implements ShortKernel {
  private static final int BLOCK_BYTES = 17;
  private static final int NIBBLES = 1;

  private final NibbleWords words =
      new NibbleWords(new byte[] {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12});

  @Override
  public int largest() {
    return 12;
  }

  @Override
  public void words(MemorySegment base, long o, int count, int[] target, int offset, byte[] bytes) {
    words.decode(base, o + NIBBLES, BLOCK_BYTES, count / BLOCK, target, offset, bytes);
  }

  @Override
  public float scale(MemorySegment base, long o, int block) {
    return Mxfp4Tables.halfScale(base, o + (long) block * BLOCK_BYTES);
  }
}
