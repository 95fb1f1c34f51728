package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RopeTest {
  private static final double[] ROUNDED_OVER_UNROUNDED = { // pairs 9..17, model of head size 64
    -0.003, 0.006, 0.017, 0.033, 0.054, 0.088, 0.146, 0.27, 0.76
  };

  private static Rope gptOss(boolean rounded) {
    return Rope.yarn(Rope.Pairing.SPLIT_HALVES, 64, 150_000, 32, 4096, 32, 1, 1, 1, rounded);
  }

  @Test
  void placesTheEndsOfTheYarnRampWhereThePublishedModelHasThem() {
    assertEquals(8.092779, Rope.rampEnd(64, 150_000, 4096, 32), 1e-6);
    assertEquals(17.398025, Rope.rampEnd(64, 150_000, 4096, 1), 1e-6);
  }

  @Test
  void mixesYarnFrequenciesAlongTheRamp() {
    Rope rope = gptOss(false);
    assertEquals(1.3465735902799727, rope.magnitude(), 1e-15);
    for (int i = 0; i < 32; i++) {
      double f = Math.pow(150_000, 2 * i / 64.0);
      double ramp = Math.clamp((i - 8.0927790) / (17.3980250 - 8.0927790), 0.0, 1.0);
      double expected = (1 - ramp) / f + ramp / (32 * f);
      assertEquals(expected, rope.frequency(i), expected * 1e-6);
    }
  }

  @Test
  void roundsTheEndsOfTheRampOnRequest() {
    Rope rounded = gptOss(true);
    Rope unrounded = gptOss(false);
    for (int i = 0; i < 32; i++) {
      double expected = i < 9 || i > 17 ? 0 : ROUNDED_OVER_UNROUNDED[i - 9];
      assertEquals(
          expected,
          rounded.frequency(i) / unrounded.frequency(i) - 1,
          i == 16 || i == 17 ? 5e-3 : 1e-3);
    }
  }

  @Test
  void rotatesEachPairByItsAngle() {
    for (Rope.Pairing pairing : Rope.Pairing.values()) {
      for (int position : new int[] {0, 1, 63, 64, 1000, 131_071}) {
        int heads = 3;
        int headDim = 24;
        int rotaryDim = 20;
        float[] x = new float[5 + heads * headDim];
        AttentionOracle.fill(x, new Random(position), 1);
        double[] expected = new double[x.length];
        for (int i = 0; i < x.length; i++) {
          expected[i] = x[i];
        }
        for (int h = 0; h < heads; h++) {
          for (int i = 0; i < rotaryDim / 2; i++) {
            int a = 5 + h * headDim + (pairing == Rope.Pairing.INTERLEAVED ? 2 * i : i);
            int b = a + (pairing == Rope.Pairing.INTERLEAVED ? 1 : rotaryDim / 2);
            double angle = position / (2.0 * (1 + i % 3)) * Math.pow(10_000, -2.0 * i / rotaryDim);
            expected[a] = x[a] * Math.cos(angle) - x[b] * Math.sin(angle);
            expected[b] = x[a] * Math.sin(angle) + x[b] * Math.cos(angle);
          }
        }
        float[] factors = new float[rotaryDim / 2];
        for (int i = 0; i < factors.length; i++) {
          factors[i] = 1 + i % 3;
        }
        Rope.plain(pairing, rotaryDim, 10_000, factors, 2).apply(x, 5, heads, headDim, position);
        double[] actual = new double[x.length];
        for (int i = 0; i < x.length; i++) {
          actual[i] = x[i];
        }
        assertArrayEquals(expected, actual, 1e-6);
      }
    }
  }
}
