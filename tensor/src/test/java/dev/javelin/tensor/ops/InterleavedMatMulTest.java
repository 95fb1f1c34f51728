package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.InterleavedWeights;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products of one token from the second layout; runs at every vector width. */
class InterleavedMatMulTest {
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

  private static MemorySegment copy(QuantType type, MemorySegment source, int rows, int columns) {
    MemorySegment copy =
        Arena.ofAuto().allocate(InterleavedWeights.byteSize(type, rows, columns), 64);
    int groups = (rows + 31) / 32;
    int half = groups / 2;
    MemorySegment rest = copy.asSlice(half * InterleavedWeights.groupBytes(type, columns / BLOCK));
    assertTrue(InterleavedWeights.copy(type, source, rows, columns, copy, 0, half));
    assertTrue(InterleavedWeights.copy(type, source, rows, columns, rest, half, groups));
    return copy;
  }

  /** The scalar twin: integers as they are in the copy, activations rounded by the same rule. */
  private static double twin(
      QuantType type, MemorySegment copy, int rows, int columns, int row, float[] x) {
    int largest = InterleavedWeights.largest(type);
    double result = 0;
    for (int b = 0; b < columns / BLOCK; b++) {
      double magnitude = 0;
      for (int i = 0; i < BLOCK; i++) {
        magnitude += Math.abs(x[b * BLOCK + i]);
      }
      double scale = magnitude / (32767 / largest - 16);
      int sum = 0;
      for (int i = 0; i < BLOCK; i++) {
        int code = InterleavedWeights.code(type, copy, columns, row, b * BLOCK + i);
        int q = scale == 0 ? 0 : (int) Math.round(x[b * BLOCK + i] / scale);
        sum += InterleavedWeights.value(type, code) * q;
      }
      assertTrue(Math.abs(sum) <= Short.MAX_VALUE, "a block's sum must fit 16 bits: " + sum);
      result += sum * scale * InterleavedWeights.scale(type, copy, rows, columns, row, b);
    }
    return result;
  }

  /** Narrow matrices stay scalar unless a width is forced. */
  private static boolean usesVectors(int columns) {
    boolean forced = !System.getProperty("javelin.vector.bits", "").isBlank();
    return InterleavedWeights.isUsed() && (forced || columns > 256);
  }

  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "Q4_0"})
  void staysWithinTheBoundOfRoundedActivations(QuantType type) {
    int largest = InterleavedWeights.largest(type);
    Random random = new Random(1);
    int[][] shapes = {{32, 32}, {33, 64}, {64, 288}, {95, 800}, {129, 1568}, {160, 320}};
    for (int[] shape : shapes) {
      int rows = shape[0];
      int columns = shape[1];
      MemorySegment source = RandomWeights.bytes(type, rows, columns, random.nextInt(64), random);
      MemorySegment copy = copy(type, source, rows, columns);
      WeightMatrix w = WeightMatrix.of("random", type, source, rows, columns).withInterleaved(copy);
      float[] x = RandomWeights.activations(columns + 7, random);
      x[7 + random.nextInt(columns)] = 300; // an outlier
      float[] y = new float[rows + 3];
      new MatMul(POOLS[1], Precision.FAST).add(w, x, 7, 1, y, 3).run();
      assertArrayEquals(new float[3], Arrays.copyOf(y, 3));
      float[] own = Arrays.copyOfRange(x, 7, x.length);
      float[] row = new float[columns];
      for (int r = 0; r < rows; r++) {
        w.row(r, row, 0);
        double exact = 0;
        double bound = 1e-6;
        for (int b = 0; b < columns; b += BLOCK) {
          double weights = 0;
          double activations = 0;
          for (int i = b; i < b + BLOCK; i++) {
            exact += (double) row[i] * own[i];
            weights += Math.abs(row[i]);
            activations += Math.abs(own[i]);
          }
          bound += weights * activations / (32767 / largest - 16) / 2 * 1.001;
        }
        String place = type + " " + Arrays.toString(shape) + " row " + r;
        assertEquals(exact, y[3 + r], bound, place);
        // Apart from integers that lie halfway, the vector form differs by float sums alone.
        if (usesVectors(columns)) { // others are exact
          assertEquals(
              twin(type, copy, rows, columns, r, own),
              y[3 + r],
              bound / 20,
              place + ", scalar twin");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "Q4_0"})
  void keepsEveryWeight(QuantType type) {
    Random random = new Random(5);
    int rows = 70;
    int columns = 96;
    MemorySegment source = RandomWeights.bytes(type, rows, columns, 3, random);
    MemorySegment copy = copy(type, source, rows, columns);
    WeightMatrix w = WeightMatrix.of("random", type, source, rows, columns);
    float[] row = new float[columns];
    for (int r = 0; r < rows; r++) {
      w.row(r, row, 0);
      for (int c = 0; c < columns; c++) {
        float scale = InterleavedWeights.scale(type, copy, rows, columns, r, c / BLOCK);
        int code = InterleavedWeights.code(type, copy, columns, r, c);
        assertEquals(row[c], scale * InterleavedWeights.value(type, code), "row " + r + ", " + c);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "Q4_0"})
  void theLargestWeightsTimesEqualActivationsDoNotOverflow(QuantType type) {
    int rows = 32;
    MemorySegment source = RandomWeights.bytes(type, rows, BLOCK, 0, new Random(2));
    for (int r = 0; r < rows; r++) {
      long o = (long) r * type.blockBytes();
      source.asSlice(o, type.blockBytes()).fill((byte) (type == QuantType.MXFP4 ? 0x77 : 0x00));
      if (type == QuantType.MXFP4) {
        source.set(ValueLayout.JAVA_BYTE, o, (byte) 128);
      } else {
        source.set(ValueLayout.JAVA_SHORT_UNALIGNED, o, Float.floatToFloat16(1));
      }
    }
    WeightMatrix w =
        WeightMatrix.of("largest", type, source, rows, BLOCK)
            .withInterleaved(copy(type, source, rows, BLOCK));
    float[] row = new float[BLOCK];
    w.row(0, row, 0);
    for (float value : new float[] {1, -1, 0.37f, 1e-20f, 1e20f}) {
      float[] x = new float[BLOCK];
      Arrays.fill(x, value);
      float[] y = new float[rows];
      new MatMul(POOLS[0], Precision.FAST).multiply(w, x, 1, y);
      for (float sum : y) {
        assertEquals(BLOCK * row[0] * value, sum, Math.abs(BLOCK * row[0] * value) * 0.007);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "Q4_0"})
  void givesTheSameBitsAtAnyNumberOfThreadsAndExactIgnoresTheCopy(QuantType type) {
    Random random = new Random(3);
    int rows = 213;
    int columns = 320;
    MemorySegment source = RandomWeights.bytes(type, rows, columns, 1, random);
    WeightMatrix plain = WeightMatrix.of("random", type, source, rows, columns);
    WeightMatrix w = plain.withInterleaved(copy(type, source, rows, columns));
    float[] x = RandomWeights.activations(columns, random);
    float[][] y = new float[POOLS.length][rows];
    for (int i = 0; i < POOLS.length; i++) {
      MatMul matMul = new MatMul(POOLS[i], Precision.FAST);
      float[] changed = x.clone();
      changed[5] = 99;
      matMul.multiply(w, changed, 1, y[i]); // nothing of it may stay
      System.arraycopy(x, 0, changed, 0, columns);
      matMul.multiply(w, changed, 1, y[i]);
    }
    assertArrayEquals(y[0], y[1]);
    assertArrayEquals(y[0], y[2]);
    float[] exact = new float[rows];
    float[] withCopy = new float[rows];
    new MatMul(POOLS[1], Precision.EXACT).multiply(plain, x, 1, exact);
    new MatMul(POOLS[1], Precision.EXACT).multiply(w, x, 1, withCopy);
    assertArrayEquals(exact, withCopy);
  }

  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "Q4_0"})
  void scalesWithoutAPlaceAreRefusedAndZeroExponentsAreZero(QuantType type) {
    MemorySegment source = RandomWeights.bytes(type, 32, BLOCK, 0, new Random(4));
    MemorySegment copy = Arena.ofAuto().allocate(InterleavedWeights.byteSize(type, 32, BLOCK), 64);
    long o = 17L * type.blockBytes();
    if (type == QuantType.MXFP4) {
      source.set(ValueLayout.JAVA_BYTE, o, (byte) 0);
      assertTrue(InterleavedWeights.copy(type, source, 32, BLOCK, copy, 0, 1));
      float[] y = new float[32];
      WeightMatrix w = WeightMatrix.of("zero", type, source, 32, BLOCK).withInterleaved(copy);
      new MatMul(POOLS[0], Precision.FAST)
          .multiply(w, RandomWeights.activations(BLOCK, new Random(1)), 1, y);
      assertEquals(0, y[17], 1e-35);
      source.set(ValueLayout.JAVA_BYTE, o, (byte) 255);
    } else {
      source.set(ValueLayout.JAVA_SHORT_UNALIGNED, o, (short) 0x7C00);
    }
    assertFalse(InterleavedWeights.copy(type, source, 32, BLOCK, copy, 0, 1));
    WeightMatrix w = WeightMatrix.of("small", type, source, 32, BLOCK);
    assertThrows(IllegalArgumentException.class, () -> w.withInterleaved(copy.asSlice(64)));
  }
}
