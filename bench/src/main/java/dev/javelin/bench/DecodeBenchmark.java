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

/** Matrix times one row of activations, or a few: writing a token. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class DecodeBenchmark {
  private static final int SECOND_LEVEL_CACHE_BYTES = 256 << 10;

  @Param({"Q8_0", "MXFP4", "Q4_0", "F16", "BF16", "F32"})
  private QuantType type;

  /** Rows of activations. */
  @Param({"1"})
  private int tokens;

  /** Where the weights come from when a call begins. */
  @Param({"MEMORY"})
  private Place place;

  @Param({"1", Pools.ALL})
  private String threads;

  /** Of the weights. */
  @Param({"FILE"})
  private Layout layout;

  private ProductState product;

  /** How the weights lie. */
  public enum Layout {
    /** As in the GGUF file, exact. */
    FILE,
    /** As {@code javelin optimize} writes them, rounded activations. */
    SECOND
  }

  /** Sizes of the matrix. */
  public enum Place {
    /** Larger than all caches. */
    MEMORY,
    /** A few megabytes. */
    LAST_CACHE,
    /** 256 KB. */
    SECOND_CACHE
  }

  /** Made by JMH. */
  public DecodeBenchmark() {}

  @Setup
  public void setUp() {
    WeightMatrix w = Weights.matrix(type, rows(type, place), ProductState.COLUMNS);
    product =
        layout == Layout.FILE
            ? new ProductState(w, tokens, Precision.EXACT, threads)
            : new ProductState(Weights.interleaved(w), tokens, Precision.FAST, threads);
  }

  @Benchmark
  public float[] multiply() {
    return product.multiply();
  }

  @TearDown
  public void tearDown() {
    product.close();
  }

  private static int rows(QuantType type, Place place) {
    long rowBytes = type.rowBytes(ProductState.COLUMNS);
    return switch (place) {
      case MEMORY -> (int) (Weights.STREAM_BYTES / rowBytes);
      case LAST_CACHE -> ProductState.ROWS;
      case SECOND_CACHE -> (int) (SECOND_LEVEL_CACHE_BYTES / rowBytes / 16 * 16);
    };
  }

  static Work work(BenchmarkParams p) {
    QuantType type = QuantType.valueOf(p.getParam("type"));
    int rows = rows(type, Place.valueOf(p.getParam("place")));
    return ProductState.work(type, rows, Integer.parseInt(p.getParam("tokens")));
  }
}
