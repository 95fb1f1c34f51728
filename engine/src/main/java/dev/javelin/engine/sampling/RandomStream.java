package dev.javelin.engine.sampling;

/**
 * One sequence's random numbers: xoshiro256++, its state filled from the seed by SplitMix64. Both
 * are small enough to save and restore, and give the same numbers on every machine.
 *
 * @see <a href="https://prng.di.unimi.it/">Blackman and Vigna, xoshiro / xoroshiro generators</a>
 */
final class RandomStream {
  static final int STATE_WORDS = 4;

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final long[] state;

  RandomStream(long seed) {
    state = new long[STATE_WORDS];
    long z = seed;
    for (int i = 0; i < STATE_WORDS; i++) {
      z += GOLDEN_GAMMA;
      state[i] = mix(z);
    }
  }

  /** Continues where {@link #save} was called. */
  RandomStream(long[] saved) {
    state = saved.clone();
  }

  long[] save() {
    return state.clone();
  }

  long nextLong() {
    long s1 = state[1];
    long result = Long.rotateLeft(state[0] + state[3], 23) + state[0];
    state[2] ^= state[0];
    state[3] ^= s1;
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= s1 << 17;
    state[3] = Long.rotateLeft(state[3], 45);
    return result;
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** SplitMix64's output function. */
  private static long mix(long z) {
    long a = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ a >>> 27) * 0x94d049bb133111ebL;
    return b ^ b >>> 31;
  }
}
