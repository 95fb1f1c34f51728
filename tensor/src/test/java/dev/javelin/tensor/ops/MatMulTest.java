package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.Precision;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.parallel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs at every vector width, in scalar form and with checked addresses: see the executions in the
 * module's pom.
 */
class MatMulTest {
  private static final WorkerPool[] POOLS = {
    new WorkerPool(1), new WorkerPool(2), new WorkerPool(3)
  };
  private static final int[] TOKENS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 30, 33, 40, 47, 64};

  static Stream<QuantType> types() {
    return Arrays.stream(QuantType.values()).filter(QuantType::isSupported);
  }

  /** Types whose blocks have scales. */
  static Stream<QuantType> blockTypes() {
    return types().filter(type -> type.blockWeights() > 1 && type != QuantType.I2_S);
  }

  @AfterAll
  static void closePools() {
    for (WorkerPool pool : POOLS) {
      pool.close();
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void equalsDoubleArithmeticForEveryNumberOfTokensAndRows(QuantType type) {
    Random random = new Random(1);
    int[] rowCounts = {1, 2, 3, 5, 16, 23, 24, 25, 49, 300};
    for (int i = 0; i < rowCounts.length + TOKENS.length; i++) {
      int rows = rowCounts[i % rowCounts.length];
      int tokens = TOKENS[i % TOKENS.length];
      int columns =
          type.blockWeights() * (1 + i % 5) + (type.blockWeights() == 1 ? random.nextInt(80) : 0);
      check(type, rows, columns, tokens, random);
    }
    check(
        type,
        26,
        type.blockWeights() <= 32 ? 4128 : 4352,
        41,
        random); // several chunks of columns, the last one shorter
  }

  @ParameterizedTest
  @EnumSource(names = {"Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_XS", "Q4_0"})
  void equalsDoubleArithmeticInRowsLongerThanTheScratchMemory(QuantType type) {
    for (int tokens : new int[] {1, 3}) {
      check(type, 6, 32768, tokens, new Random(6));
      check(type, 5, 33024, tokens, new Random(7));
    }
  }

  private static void check(QuantType type, int rows, int columns, int tokens, Random random) {
    WeightMatrix w = RandomWeights.matrix(type, rows, columns, random.nextInt(64), random);
    float[] x = RandomWeights.activations(tokens * columns, random);
    float[] y = new float[tokens * rows];
    new MatMul(POOLS[1], Precision.EXACT).multiply(w, x, tokens, y);
    float[] row = new float[columns];
    for (int r = 0; r < rows; r++) {
      w.row(r, row, 0);
      for (int t = 0; t < tokens; t++) {
        double sum = 0;
        double magnitude = 0;
        for (int c = 0; c < columns; c++) {
          sum += (double) row[c] * x[t * columns + c];
          magnitude += Math.abs((double) row[c] * x[t * columns + c]);
        }
        // n roundings of 2^-24 each, of sums no larger than the sum of magnitudes; random signs
        // make it far smaller.
        String place =
            type + " [" + rows + ", " + columns + "] x " + tokens + ": row " + r + ", token " + t;
        assertEquals(sum, y[t * rows + r], 1e-6 * magnitude + 1e-30, place);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void givesTheSameBitsAtAnyNumberOfThreads(QuantType type) {
    Random random = new Random(2);
    for (int tokens : new int[] {1, 3, 7, 19}) {
      int columns = Math.max(96, type.blockWeights());
      WeightMatrix w = RandomWeights.matrix(type, 213, columns, 2, random);
      float[] x = RandomWeights.activations(tokens * columns, random);
      float[][] y = new float[POOLS.length][tokens * 213];
      for (int i = 0; i < POOLS.length; i++) {
        new MatMul(POOLS[i], Precision.EXACT).multiply(w, x, tokens, y[i]);
      }
      assertArrayEquals(y[0], y[1]);
      assertArrayEquals(y[0], y[2]);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void aTokenGivesTheSameInABatchAsAloneButForFloatRounding(QuantType type) {
    Random random = new Random(3);
    WeightMatrix w = RandomWeights.matrix(type, 40, 256, 0, random);
    float[] x = RandomWeights.activations(12 * 256, random);
    float[] batch = new float[12 * 40];
    float[] alone = new float[40];
    MatMul matMul = new MatMul(POOLS[1], Precision.EXACT);
    matMul.multiply(w, x, 12, batch);
    for (int t = 0; t < 12; t++) {
      matMul.add(w, x, t * 256, 1, alone, 0).run();
      float largest = 0;
      for (float value : alone) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int r = 0; r < 40; r++) {
        assertEquals(alone[r], batch[t * 40 + r], 1e-4 + 1e-6 * largest);
      }
    }
  }

  @Test
  void queuedProductsOfDifferentTypesAndTokensRunTogether() {
    Random random = new Random(4);
    MatMul matMul = new MatMul(POOLS[2], Precision.EXACT);
    float[] x = RandomWeights.activations(30 * 64, random);
    int[] tokens = {1, 20, 20, 30, 4, 20};
    QuantType[] types = {
      QuantType.Q8_0, QuantType.F16, QuantType.Q4_0, QuantType.MXFP4, QuantType.F32, QuantType.BF16
    };
    WeightMatrix[] w = new WeightMatrix[types.length];
    float[][] queued = new float[types.length][];
    for (int i = 0; i < types.length; i++) {
      w[i] = RandomWeights.matrix(types[i], 31 + i, 64, 1, random);
      queued[i] = new float[tokens[i] * (31 + i)];
      matMul.add(w[i], x, 0, tokens[i], queued[i], 0);
    }
    matMul.run();
    for (int i = 0; i < types.length; i++) {
      float[] alone = new float[queued[i].length];
      matMul.multiply(w[i], x, tokens[i], alone);
      assertArrayEquals(alone, queued[i], types[i].name());
    }
  }

  @Test
  void offsetsIntoActivationsAndOutputsAreRespected() {
    Random random = new Random(5);
    WeightMatrix w = RandomWeights.matrix(QuantType.Q8_0, 10, 64, 0, random);
    float[] x = RandomWeights.activations(7 + 12 * 64, random);
    for (int tokens : new int[] {1, 12}) {
      float[] y = new float[5 + tokens * 10 + 1];
      new MatMul(POOLS[0], Precision.EXACT).add(w, x, 7, tokens, y, 5).run();
      float[] shifted = new float[tokens * 10];
      float[] copy = java.util.Arrays.copyOfRange(x, 7, 7 + tokens * 64);
      new MatMul(POOLS[0], Precision.EXACT).multiply(w, copy, tokens, shifted);
      assertArrayEquals(shifted, java.util.Arrays.copyOfRange(y, 5, 5 + tokens * 10));
      assertEquals(0, y[4]);
      assertEquals(0, y[y.length - 1]);
    }
  }

  @ParameterizedTest
  @MethodSource("blockTypes")
  void extremeBlocksEqualTheScalarForm(QuantType type) {
    int columns = type.blockWeights();
    int[] fills = {0x00, 0x80, 0x7F, 0xFF, 0x88, 0x77};
    short[] scales = {0, 1, (short) 0x8001, 0x03FF, 0x3C00, 0x7BFF}; // zero, subnormal, 1, largest
    byte[] exponents = {0, 1, 2, 127, (byte) 200, (byte) 230};
    int blocks = fills.length * scales.length;
    MemorySegment data = Arena.ofAuto().allocate(type.byteSize((long) columns * blocks), 64);
    for (int i = 0; i < blocks; i++) {
      long o = (long) i * type.blockBytes();
      data.asSlice(o, type.blockBytes()).fill((byte) fills[i % fills.length]);
      if (type == QuantType.MXFP4) {
        data.set(ValueLayout.JAVA_BYTE, o, exponents[i / fills.length]);
      } else {
        for (int place : RandomWeights.scales(type)) {
          data.set(ValueLayout.JAVA_SHORT_UNALIGNED, o + place, scales[i / fills.length]);
        }
      }
    }
    WeightMatrix w = WeightMatrix.of("extreme", type, data, blocks, columns);
    for (int tokens : new int[] {1, 2, 10}) {
      float[] x = RandomWeights.activations(tokens * columns, new Random(6));
      float[] y = new float[tokens * blocks];
      new MatMul(POOLS[0], Precision.EXACT).multiply(w, x, tokens, y);
      for (int i = 0; i < y.length; i++) {
        float expected =
            type.format()
                .dot(
                    data,
                    (long) (i % blocks) * type.blockBytes(),
                    x,
                    i / blocks * columns,
                    columns);
        // Where a scaled quant and an offset of the same size cancel, what is left has their error.
        float scale = Math.abs(Float.float16ToFloat(scales[i % blocks / fills.length]));
        float cancelled = type.blockWeights() * 64 * 32 * (type == QuantType.MXFP4 ? 0 : scale);
        assertEquals(
            expected,
            y[i],
            Math.abs(expected) * 1e-4 + cancelled * 1e-7 + 1e-38,
            "block " + i % blocks);
      }
    }
  }

  @Test
  void refusesArraysThatAreTooShort() {
    WeightMatrix w = RandomWeights.matrix(QuantType.Q8_0, 4, 32, 0, new Random(7));
    MatMul matMul = new MatMul(POOLS[0], Precision.EXACT);
    assertThrows(
        IndexOutOfBoundsException.class, () -> matMul.add(w, new float[63], 0, 2, new float[8], 0));
    assertThrows(
        IndexOutOfBoundsException.class, () -> matMul.add(w, new float[64], 0, 2, new float[8], 1));
  }

  @Test
  void refusesMatricesWhoseSizesDoNotAgree() {
    MemorySegment data = MemorySegment.ofArray(new byte[34]);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> WeightMatrix.of("w", QuantType.Q8_0, data, 2, 32))
            .getMessage();
    assertTrue(message.contains("w: Q8_0 [2, 32] needs 68 bytes: bytes=34"), message);
    assertThrows(
        IllegalArgumentException.class, () -> WeightMatrix.of("w", QuantType.Q8_0, data, 1, 33));
    assertThrows(
        IllegalArgumentException.class, () -> WeightMatrix.of("w", QuantType.IQ1_S, data, 1, 256));
  }

  @Test
  void refusesMemoryThatWasClosed() {
    WeightMatrix w;
    try (Arena arena = Arena.ofShared()) {
      w = WeightMatrix.of("w", QuantType.Q8_0, arena.allocate(34), 1, 32);
    }
    assertThrows(
        IllegalStateException.class,
        () -> new MatMul(POOLS[0], Precision.EXACT).multiply(w, new float[32], 1, new float[1]));
  }
}
