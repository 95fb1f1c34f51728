package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.javelin.tensor.Hardware;
import dev.javelin.tensor.Precision;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.parallel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products with rounded activations; runs at every vector width like {@link MatMulTest}. */
class FastMatMulTest {
  private static final int BLOCK = 32;
  private static final WorkerPool[] POOLS = {
    new WorkerPool(1), new WorkerPool(2), new WorkerPool(3)
  };

  @AfterAll
  static void closePools() {
    for (WorkerPool pool : POOLS) {
      pool.close();
    }
  }

  /**
   * An activation of a block is off by half its scale at most, and the scale is sum |x| / (32767 /
   * largest - 16).
   */
  private static double bound(float[] row, float[] x, int xOffset, int largest) {
    double bound = 0;
    for (int b = 0; b < row.length; b += BLOCK) {
      double weights = 0;
      double activations = 0;
      for (int i = b; i < b + BLOCK; i++) {
        weights += Math.abs(row[i]);
        activations += Math.abs(x[xOffset + i]);
      }
      bound += weights * activations / (32767 / largest - 16) / 2;
    }
    return bound * 1.001 + 1e-6;
  }

  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "Q4_0", "TQ2_0", "I2_S"})
  void staysWithinTheBoundOfRoundedActivations(QuantType type) {
    int largest =
        switch (type) {
          case MXFP4 -> 12;
          case Q4_0 -> 8;
          default -> 2;
        };
    Random random = new Random(1);
    int[][] shapes = {{1, 32, 28}, {24, 64, 31}, {25, 800, 56}, {50, 96, 90}, {7, 4128, 130}};
    for (int[] shape : shapes) {
      int rows = shape[0];
      int unit = type.blockWeights();
      int columns = (shape[1] + unit - 1) / unit * unit;
      int tokens = shape[2];
      WeightMatrix w = RandomWeights.matrix(type, rows, columns, random.nextInt(64), random);
      float[] x = RandomWeights.activations(tokens * columns, random);
      x[random.nextInt(x.length)] = 300; // an outlier
      float[] y = new float[tokens * rows];
      new MatMul(POOLS[1], Precision.FAST).multiply(w, x, tokens, y);
      float[] row = new float[columns];
      for (int r = 0; r < rows; r++) {
        w.row(r, row, 0);
        for (int t = 0; t < tokens; t++) {
          double exact = 0;
          for (int c = 0; c < columns; c++) {
            exact += (double) row[c] * x[t * columns + c];
          }
          String place = type + " " + Arrays.toString(shape) + " row " + r + ", token " + t;
          assertEquals(exact, y[t * rows + r], bound(row, x, t * columns, largest), place);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "Q4_0"})
  void theLargestWeightsTimesEqualActivationsDoNotOverflow(QuantType type) {
    int bytes = type.blockBytes();
    MemorySegment data = Arena.ofAuto().allocate(2L * bytes, 64);
    data.fill((byte) (type == QuantType.MXFP4 ? 0x77 : 0x00)); // 12, or -8
    for (int r = 0; r < 2; r++) {
      if (type == QuantType.MXFP4) {
        data.set(ValueLayout.JAVA_BYTE, (long) r * bytes, (byte) 128);
      } else {
        data.set(ValueLayout.JAVA_SHORT_UNALIGNED, (long) r * bytes, Float.floatToFloat16(1));
      }
    }
    WeightMatrix w = WeightMatrix.of("largest", type, data, 2, BLOCK);
    float[] row = new float[BLOCK];
    w.row(0, row, 0);
    for (float value : new float[] {1, -1, 0.37f, 1e-20f, 1e20f}) {
      float[] x = new float[10 * BLOCK];
      Arrays.fill(x, value);
      float[] y = new float[20];
      new MatMul(POOLS[0], Precision.FAST).multiply(w, x, 10, y);
      for (float sum : y) {
        assertEquals(BLOCK * row[0] * value, sum, Math.abs(BLOCK * row[0] * value) * 0.007);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "Q4_0"})
  void givesTheSameBitsAtAnyNumberOfThreads(QuantType type) {
    Random random = new Random(2);
    WeightMatrix w = RandomWeights.matrix(type, 213, 96, 2, random);
    float[] x = RandomWeights.activations(37 * 96, random);
    float[][] y = new float[POOLS.length][37 * 213];
    for (int i = 0; i < POOLS.length; i++) {
      new MatMul(POOLS[i], Precision.FAST).multiply(w, x, 37, y[i]);
    }
    assertArrayEquals(y[0], y[1]);
    assertArrayEquals(y[0], y[2]);
  }

  /** 35 tokens are one or two whole vectors and three more, except at 128 bits. */
  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "Q4_0"})
  void tokensBeyondWholeVectorsAreNotRounded(QuantType type) {
    assumeTrue(Hardware.vectorBits() >= 256, "vectors of 16 or 32 tokens");
    Random random = new Random(5);
    WeightMatrix w = RandomWeights.matrix(type, 45, 288, 2, random);
    float[] x = RandomWeights.activations(35 * 288, random);
    float[] fast = new float[35 * 45];
    new MatMul(POOLS[1], Precision.FAST).multiply(w, x, 35, fast);
    float[] exact = new float[35 * 45];
    new MatMul(POOLS[1], Precision.EXACT).multiply(w, x, 35, exact);
    float[] rest = new float[3 * 45];
    new MatMul(POOLS[1], Precision.EXACT).add(w, x, 32 * 288, 3, rest, 0).run();
    assertArrayEquals(rest, Arrays.copyOfRange(fast, 32 * 45, 35 * 45));
    assertFalse(Arrays.equals(exact, 0, 32 * 45, fast, 0, 32 * 45));
  }

  @Test
  void zeroActivationsGiveZeroAndNotANumberStaysVisible() {
    WeightMatrix w = RandomWeights.matrix(QuantType.MXFP4, 5, 64, 0, new Random(3));
    float[] x = new float[12 * 64];
    x[64 * 3 + 40] = Float.NaN;
    float[] y = new float[12 * 5];
    new MatMul(POOLS[0], Precision.FAST).multiply(w, x, 12, y);
    for (int i = 0; i < y.length; i++) {
      assertEquals(i / 5 == 3 ? Float.NaN : 0f, y[i], 0f);
    }
  }

  @Test
  void productsThatShareActivationsEqualThoseAlone() {
    Random random = new Random(4);
    float[] x = RandomWeights.activations(20 * 64, random);
    QuantType[] types = {QuantType.MXFP4, QuantType.Q4_0, QuantType.MXFP4, QuantType.Q8_0};
    MatMul matMul = new MatMul(POOLS[1], Precision.FAST);
    WeightMatrix[] w = new WeightMatrix[types.length];
    float[][] together = new float[types.length][20 * 31];
    for (int i = 0; i < types.length; i++) {
      w[i] = RandomWeights.matrix(types[i], 31, 64, 1, random);
      matMul.add(w[i], x, 0, 20, together[i], 0);
    }
    matMul.run();
    for (int i = 0; i < types.length; i++) {
      float[] alone = new float[20 * 31];
      matMul.multiply(w[i], x, 20, alone);
      assertArrayEquals(alone, together[i], types[i].name());
    }
  }
}
