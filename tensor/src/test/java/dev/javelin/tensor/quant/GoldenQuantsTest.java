package dev.javelin.tensor.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.tensor.Precision;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.ops.MatMul;
import dev.javelin.tensor.parallel.WorkerPool;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks and values that another program made. F32 needs none: its weights are what they are. */
class GoldenQuantsTest {
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "Q8_0", "Q4_0", "MXFP4"})
  void dequantizesEveryBlockBitForBit(QuantType type) {
    GoldenQuants golden = GoldenQuants.of(type);
    float[] expected = golden.values();
    float[] actual = new float[expected.length];
    type.format().dequantize(MemorySegment.ofArray(golden.blocks()), 0, actual, 0, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(Float.floatToRawIntBits(expected[i]), Float.floatToRawIntBits(actual[i]), "weight " + i);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "Q8_0", "Q4_0", "MXFP4"})
  void scalarDotProductsAreWithinTheStatedBound(QuantType type) {
    GoldenQuants golden = GoldenQuants.of(type);
    MemorySegment matrix = MemorySegment.ofArray(golden.matrix());
    double[] expected = golden.exactProducts();
    for (int r = 0; r < GoldenQuants.ROWS; r++) {
      long offset = type.byteSize((long) r * GoldenQuants.COLUMNS);
      float actual = type.format().dot(matrix, offset, golden.x(), 0, GoldenQuants.COLUMNS);
      assertEquals(expected[r], actual, golden.tolerance());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "Q8_0", "Q4_0", "MXFP4"})
  void productsInUseAreWithinTheStatedBoundForOneFewAndManyTokens(QuantType type) {
    GoldenQuants golden = GoldenQuants.of(type);
    WeightMatrix matrix =
        WeightMatrix.of(
            "golden", type, MemorySegment.ofArray(golden.matrix()), GoldenQuants.ROWS, GoldenQuants.COLUMNS);
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
