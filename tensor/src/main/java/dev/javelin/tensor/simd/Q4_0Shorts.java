package dev.javelin.tensor.simd;

import java.lang.foreign.MemorySegment;

/** Q4_0 as integers of -8 to 7. */
final class Q4_0Shorts implements ShortKernel {
  private static final int BLOCK_BYTES = 18;
  private static final int NIBBLES = 2;

  private final NibbleWords words =
      new NibbleWords(new byte[] {-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7});

  @Override
  public int largest() {
    return 8;
  }

  @Override
  public void words(MemorySegment base, long o, int count, int[] target, int offset, byte[] bytes) {
    words.decode(base, o + NIBBLES, BLOCK_BYTES, count / BLOCK, target, offset, bytes);
  }

  @Override
  public float scale(MemorySegment base, long o, int block) {
    return Lanes.half(base, o + (long) block * BLOCK_BYTES);
  }
}
