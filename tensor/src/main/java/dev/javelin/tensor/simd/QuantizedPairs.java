package dev.javelin.tensor.simd;

import java.util.Arrays;

/**
 * Rounds one block of 32 activations of a vector of tokens to 16-bit integers with a scale for each
 * token, and puts two tokens into each word; see {@link ShortActivations} for the rule.
 *
 * <p>It is part of {@link Scratch}, which is made before the vector module is loaded: what needs
 * that module is in {@link RoundedPairs}.
 */
final class QuantizedPairs {
  private static final int BLOCK = ShortProduct.BLOCK;
  private static final int LANES = SimdSupport.BITS / Float.SIZE;
  private static final int TOKENS = 2 * LANES;

  /** [TOKENS / 2][BLOCK]: token i in the lower half of row i, token i + TOKENS / 2 in the upper. */
  final int[] words = new int[16 * BLOCK];

  final float[] scales = new float[32];
  private final float[] inverses = new float[32];
  private final float[] magnitudes = new float[32 * Lanes.STRIDE];

  /**
   * @param step floats from one token to the next
   * @param tokens those that there are, 0 to {@link ShortProduct#SHORTS}; the others become zeros
   */
  void set(float[] x, int from, int step, int tokens, int largest) {
    if (tokens == 0) {
      Arrays.fill(words, 0);
      Arrays.fill(scales, 0);
      return;
    }
    RoundedPairs.magnitudes(x, from, step, tokens, magnitudes);
    Lanes.sums(magnitudes, 0, tokens, scales, 0, 1);
    scale(tokens, largest);
    for (int i = 0; i < LANES; i++) {
      int low = Math.min(i, tokens - 1);
      int high = Math.min(i + LANES, tokens - 1);
      float l = inverses[i];
      float h = inverses[i + LANES];
      RoundedPairs.pair(x, from + low * step, l, from + high * step, h, words, i * BLOCK);
    }
  }

  /** From sums of magnitudes to scales and what they divide by; 0 for tokens that are not there. */
  private void scale(int tokens, int largest) {
    for (int i = 0; i < tokens; i++) {
      scales[i] = ShortScale.of(scales[i], largest);
      inverses[i] = ShortScale.inverse(scales[i]);
    }
    for (int i = tokens; i < TOKENS; i++) {
      inverses[i] = 0;
      scales[i] = 0;
    }
  }
}
