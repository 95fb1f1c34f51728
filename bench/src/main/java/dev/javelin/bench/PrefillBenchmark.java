package dev.javelin.bench;

import dev.javelin.tensor.Precision;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Matrix times many rows of activations: reading a prompt. Includes packing the activations and
 * dequantizing the weights.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class PrefillBenchmark {
  @Param({"Q8_0", "MXFP4", "Q4_0", "F16", "BF16", "F32"})
  private QuantType type;

  @Param({"32", "128"})
  private int tokens;

  @Param({"EXACT"})
  private Precision precision;

  @Param({"1", Pools.ALL})
  private String threads;

  private ProductState product;

  /** Made by JMH. */
  public PrefillBenchmark() {}

  @Setup
  public void setUp() {
    WeightMatrix w = Weights.matrix(type, ProductState.ROWS, ProductState.COLUMNS);
    product = new ProductState(w, tokens, precision, threads);
  }

  @Benchmark
  public float[] multiply() {
    return product.multiply();
  }

  @TearDown
  public void tearDown() {
    product.close();
  }

  static Work work(BenchmarkParams p) {
    QuantType type = QuantType.valueOf(p.getParam("type"));
    return ProductState.work(type, ProductState.ROWS, Integer.parseInt(p.getParam("tokens")));
  }
}
