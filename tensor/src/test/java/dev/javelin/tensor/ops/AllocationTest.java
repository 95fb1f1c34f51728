package dev.javelin.tensor.ops;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.InterleavedWeights;
import dev.javelin.tensor.Precision;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.parallel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A kernel that C2 could not compile whole makes a Java object of every vector. So a warm product
 * must allocate nothing. Runs with {@code -Xbatch}, so that "warm" is certain: see the executions
 * in the module's pom.
 */
class AllocationTest {
  private static final int WARM_UP = 8_000;
  private static final int MEASURED = 50;

  @ParameterizedTest
  @CsvSource({
    "F32,1",
    "F32,3",
    "F32,48",
    "F16,1",
    "F16,4",
    "F16,48",
    "BF16,1",
    "BF16,2",
    "BF16,48",
    "Q8_0,1",
    "Q8_0,2",
    "Q8_0,4",
    "Q8_0,12",
    "Q8_0,32",
    "Q8_0,48",
    "Q8_0,64",
    "Q4_0,1",
    "Q4_0,4",
    "Q4_0,8",
    "Q4_0,36",
    "MXFP4,1",
    "MXFP4,2",
    "MXFP4,4",
    "MXFP4,8",
    "MXFP4,48",
    "Q4_1,1",
    "Q4_1,4",
    "Q5_0,1",
    "Q5_0,4",
    "Q5_1,1",
    "Q5_1,4",
    "Q2_K,1",
    "Q2_K,4",
    "Q3_K,1",
    "Q3_K,4",
    "Q4_K,1",
    "Q4_K,4",
    "Q5_K,1",
    "Q5_K,4",
    "Q6_K,1",
    "Q6_K,4",
    "Q6_K,16",
    "IQ4_NL,1",
    "IQ4_NL,4",
    "IQ4_XS,1",
    "IQ4_XS,4",
    "TQ1_0,1",
    "TQ1_0,4",
    "TQ2_0,1",
    "TQ2_0,4",
    "I2_S,1",
    "I2_S,4"
  })
  void aWarmProductAllocatesNothing(QuantType type, int tokens)
      throws ReflectiveOperationException {
    measure(type, tokens, Precision.EXACT);
  }

  @ParameterizedTest
  @CsvSource({"MXFP4,24", "MXFP4,64", "MXFP4,128", "Q4_0,56", "TQ2_0,64", "I2_S,64"})
  void aWarmFastProductAllocatesNothing(QuantType type, int tokens)
      throws ReflectiveOperationException {
    measure(type, tokens, Precision.FAST);
  }

  @ParameterizedTest
  @CsvSource({"MXFP4", "Q4_0"})
  void aWarmProductFromTheSecondLayoutAllocatesNothing(QuantType type)
      throws ReflectiveOperationException {
    MemorySegment source = RandomWeights.bytes(type, 96, 288, 0, new Random(1));
    MemorySegment copy = Arena.ofAuto().allocate(InterleavedWeights.byteSize(type, 96, 288), 64);
    InterleavedWeights.copy(type, source, 96, 288, copy, 0, 3);
    WeightMatrix w = WeightMatrix.of("random", type, source, 96, 288).withInterleaved(copy);
    measure(w, 1, Precision.FAST);
  }

  private static void measure(QuantType type, int tokens, Precision precision)
      throws ReflectiveOperationException {
    Random random = new Random(1);
    int columns =
        type.blockWeights() > 32 ? 512 : 288; // more than the narrow matrices that stay scalar
    measure(RandomWeights.matrix(type, 24, columns, 0, random), tokens, precision);
  }

  private static void measure(WeightMatrix w, int tokens, Precision precision)
      throws ReflectiveOperationException {
    float[] x = RandomWeights.activations(tokens * w.columns(), new Random(2));
    float[] y = new float[tokens * w.rows()];
    try (WorkerPool pool = new WorkerPool(1)) {
      MatMul matMul = new MatMul(pool, precision);
      for (int i = 0; i < WARM_UP / Math.min(tokens, 4); i++) {
        matMul.multiply(w, x, tokens, y);
      }
      long before = allocatedBytes();
      for (int i = 0; i < MEASURED; i++) {
        matMul.multiply(w, x, tokens, y);
      }
      long bytes = allocatedBytes() - before;
      // One boxed vector in one row's inner loop would be 24 * 2 * 50 objects of at least 80 bytes.
      assertTrue(
          bytes < 4096,
          w.type()
              + " x "
              + tokens
              + " tokens allocated "
              + bytes
              + " bytes in "
              + MEASURED
              + " calls");
    }
  }

  /** By reflection, because the module under test does not read jdk.management. */
  private static long allocatedBytes() throws ReflectiveOperationException {
    return (long) COUNTER.invoke(THREADS);
  }

  private static final Object THREADS;
  private static final Method COUNTER;

  static {
    try {
      THREADS =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      COUNTER =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getCurrentThreadAllocatedBytes");
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
