package dev.javelin.engine.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * The published generators: first numbers as the tests of the Rust crate rand_xoshiro have them
 * from the C sources.
 */
class RandomStreamTest {
  @Test
  void givesTheNumbersOfXoshiro256PlusPlus() {
    RandomStream stream = new RandomStream(new long[] {1, 2, 3, 4});
    long[] expected = {41943041L, 58720359L, 3588806011781223L, 3591011842654386L};
    for (long number : expected) {
      assertEquals(number, stream.nextLong());
    }
    assertEquals("9228616714210784205", Long.toUnsignedString(stream.nextLong()));
  }

  @Test
  void seedsByTheNumbersOfSplitMix64() {
    long[] expected = {
      1985237415132408290L,
      2979275885539914483L,
      Long.parseUnsignedLong("13511426838097143398"),
      8488337342461049707L
    };
    assertArrayEquals(expected, new RandomStream(1477776061723855037L).save());
  }

  @Test
  void staysBelowOne() {
    RandomStream stream = new RandomStream(1);
    double sum = 0;
    for (int i = 0; i < 100_000; i++) {
      double value = stream.nextDouble();
      assertTrue(value >= 0 && value < 1);
      sum += value;
    }
    assertEquals(0.5, sum / 100_000, 0.005);
  }

  @Test
  void refusesStatesThatItCannotHave() {
    assertThrows(IllegalArgumentException.class, () -> new SamplerState(new long[4]));
    assertThrows(IllegalArgumentException.class, () -> new SamplerState(new long[] {1, 2, 3}));
  }
}
