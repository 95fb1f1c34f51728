package dev.javelin.engine.constrain;

import java.util.Arrays;

/** Which tokens may come next: one bit for each id of the vocabulary. */
public final class TokenMask {
  private final long[] bits;
  private final int vocabularySize;

  public TokenMask(int vocabularySize) {
    this.vocabularySize = vocabularySize;
    this.bits = new long[(vocabularySize + 63) >>> 6];
  }

  public int vocabularySize() {
    return vocabularySize;
  }

  public boolean allows(int token) {
    return (bits[token >> 6] >>> token & 1) != 0;
  }

  public void allow(int token) {
    bits[token >> 6] |= 1L << token;
  }

  public void forbid(int token) {
    bits[token >> 6] &= ~(1L << token);
  }

  public void clear() {
    Arrays.fill(bits, 0);
  }

  public void or(TokenMask other) {
    for (int i = 0; i < bits.length; i++) {
      bits[i] |= other.bits[i];
    }
  }

  public void set(TokenMask other) {
    System.arraycopy(other.bits, 0, bits, 0, bits.length);
  }

  public int count() {
    int n = 0;
    for (long word : bits) {
      n += Long.bitCount(word);
    }
    return n;
  }

  /** The lowest allowed token from this one on, -1 if there is none. */
  public int nextAllowed(int from) {
    for (int word = from >> 6; word < bits.length; word++) {
      long rest = word == from >> 6 ? bits[word] & -1L << from : bits[word];
      if (rest != 0) {
        return (word << 6) + Long.numberOfTrailingZeros(rest);
      }
    }
    return -1;
  }

  /**
   * Makes the scores of all other tokens minus infinity. {@code logits}: [vocabularySize] from
   * offset on.
   */
  public void apply(float[] logits, int offset) {
    for (int word = 0; word < bits.length; word++) {
      long forbidden = ~bits[word];
      if (forbidden == -1L) {
        int from = word << 6;
        Arrays.fill(
            logits,
            offset + from,
            offset + Math.min(from + 64, vocabularySize),
            Float.NEGATIVE_INFINITY);
        continue;
      }
      for (; forbidden != 0; forbidden &= forbidden - 1) {
        int token = (word << 6) + Long.numberOfTrailingZeros(forbidden);
        if (token < vocabularySize) {
          logits[offset + token] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof TokenMask m && Arrays.equals(bits, m.bits);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bits);
  }
}
