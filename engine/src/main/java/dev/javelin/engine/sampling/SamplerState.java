package dev.javelin.engine.sampling;

import java.util.Arrays;

/**
 * What a {@link Sampler} remembers beside the tokens themselves: with both a saved sequence
 * continues as if it had never stopped.
 *
 * @param random state of the random stream, 4 words, not all 0
 */
public record SamplerState(long[] random) {
  public SamplerState {
    if (random.length != RandomStream.STATE_WORDS || Arrays.stream(random).allMatch(w -> w == 0)) {
      throw new IllegalArgumentException(
          "a random state is 4 words, not all 0: words=" + random.length);
    }
  }
}
