package dev.javelin.tensor.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.tensor.BlockFormat;
import dev.javelin.tensor.Precision;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.ops.MatMul;
import dev.javelin.tensor.parallel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks and values that another program made. F32 needs none: its weights are what they are. */
class GoldenQuantsTest {
  static Stream<QuantType> types() {
    return Arrays.stream(QuantType.values())
        .filter(type -> type.isSupported() && type != QuantType.F32);
  }

  @ParameterizedTest
  @MethodSource("types")
  void dequantizesEveryBlockBitForBit(QuantType type) {
    GoldenQuants golden = GoldenQuants.of(type);
    float[] expected = golden.values();
    float[] actual = new float[expected.length];
    MemorySegment blocks = MemorySegment.ofArray(golden.blocks());
    type.format().of(blocks, actual.length).dequantize(blocks, 0, actual, 0, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          Float.floatToRawIntBits(expected[i]), Float.floatToRawIntBits(actual[i]), "weight " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void scalarDotProductsAreWithinTheStatedBound(QuantType type) {
    GoldenQuants golden = GoldenQuants.of(type);
    MemorySegment matrix = MemorySegment.ofArray(golden.matrix());
    BlockFormat format = type.format().of(matrix, (long) GoldenQuants.ROWS * GoldenQuants.COLUMNS);
    double[] expected = golden.exactProducts();
    for (int r = 0; r < GoldenQuants.ROWS; r++) {
      long offset = r * type.rowBytes(GoldenQuants.COLUMNS);
      float actual = format.dot(matrix, offset, golden.x(), 0, GoldenQuants.COLUMNS);
      assertEquals(expected[r], actual, golden.tolerance());
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void productsInUseAreWithinTheStatedBoundForOneFewAndManyTokens(QuantType type) {
    GoldenQuants golden = GoldenQuants.of(type);
    WeightMatrix matrix =
        WeightMatrix.of(
            "golden",
            type,
            MemorySegment.ofArray(golden.matrix()),
            GoldenQuants.ROWS,
            GoldenQuants.COLUMNS);
    double[] expected = golden.exactProducts();
    try (WorkerPool pool = new WorkerPool(2)) {
      for (int tokens : new int[] {1, 3, 20}) {
        float[] x = new float[tokens * GoldenQuants.COLUMNS];
        for (int t = 0; t < tokens; t++) {
          System.arraycopy(golden.x(), 0, x, t * GoldenQuants.COLUMNS, GoldenQuants.COLUMNS);
        }
        float[] y = new float[tokens * GoldenQuants.ROWS];
        new MatMul(pool, Precision.EXACT).multiply(matrix, x, tokens, y);
        for (int i = 0; i < y.length; i++) {
          assertEquals(expected[i % GoldenQuants.ROWS], y[i], golden.tolerance(), "output " + i);
        }
      }
    }
  }
}
