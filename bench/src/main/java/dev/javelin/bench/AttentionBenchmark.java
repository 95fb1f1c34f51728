package dev.javelin.bench;

import dev.javelin.tensor.ops.KvBlockFormat;
import dev.javelin.tensor.ops.KvType;
import dev.javelin.tensor.ops.PagedAttention;
import dev.javelin.tensor.parallel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
 * Attention over paged blocks. Time includes the softmax and everything else; only the products of
 * scores and of values count as work.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class AttentionBenchmark {
  private static final int BLOCK_TOKENS = 32;
  private static final long COLD_BYTES = 128L << 20;
  private static final long LONGEST_WARM_UP_NANOS = 60_000_000_000L;
  private static final int CALLS_WITH_VECTORS = 30;
  private static final double ALLOWED = 1e-3; // Q8_0 is the roughest

  @Param({"GROUPED_8192", "GROUPED_512", "HEADS_32_8192", "SINGLE_2048", "WIDE_4096", "PREFILL"})
  private Shape shape;

  @Param({"F32", "F16", "Q8_0"})
  private KvType kv;

  /** Cold: another copy of the keys and values each time, none of which the caches still hold. */
  @Param({"false"})
  private boolean cold;

  @Param({"1", Pools.ALL})
  private String threads;

  private WorkerPool pool;
  private PagedAttention attention;
  private KvBlockFormat format;
  private MemorySegment memory;
  private long[][] offsets; // [copies, blocks]
  private float[] q;
  private float[] out;
  private int copy;

  /** Query heads over KV heads; the last {@code tokens} of {@code context} positions ask. */
  public enum Shape {
    /** One KV head of gpt-oss. */
    GROUPED_8192(8, 1, 64, 8192, 1),
    GROUPED_512(8, 1, 64, 512, 1),
    /** Llama 3.2 1B. */
    HEADS_32_8192(32, 8, 64, 8192, 1),
    /** No sharing. */
    SINGLE_2048(8, 8, 64, 2048, 1),
    WIDE_4096(4, 1, 128, 4096, 1),
    PREFILL(32, 8, 64, 1024, 128);

    private final int heads;
    private final int kvHeads;
    private final int headDim;
    private final int context;
    private final int tokens;

    Shape(int heads, int kvHeads, int headDim, int context, int tokens) {
      this.heads = heads;
      this.kvHeads = kvHeads;
      this.headDim = headDim;
      this.context = context;
      this.tokens = tokens;
    }

    private KvBlockFormat format(KvType kv) {
      return new KvBlockFormat(kv, kvHeads, headDim, BLOCK_TOKENS);
    }
  }

  /** Made by JMH. */
  public AttentionBenchmark() {}

  @Setup
  public void setUp() {
    pool = Pools.of(threads);
    format = shape.format(kv);
    attention = new PagedAttention(pool, shape.heads, format);
    int blocks = shape.context / BLOCK_TOKENS;
    long copyBytes = blocks * format.bytesPerLayer();
    offsets = new long[cold ? (int) (COLD_BYTES / copyBytes + 1) : 1][blocks];
    memory = Arena.ofAuto().allocate(offsets.length * copyBytes, 64);
    for (int c = 0; c < offsets.length; c++) {
      for (int b = 0; b < blocks; b++) {
        offsets[c][b] = c * copyBytes + b * format.bytesPerLayer();
      }
    }
    q = Weights.activations(shape.tokens * shape.heads * shape.headDim);
    out = new float[q.length];
    fill();
    long end = System.nanoTime() + LONGEST_WARM_UP_NANOS;
    while (!attention.usesVectors() && System.nanoTime() < end) {
      attend();
    }
    for (int i = 0; i < CALLS_WITH_VECTORS; i++) {
      attend();
    }
    check();
  }

  @Benchmark
  public float[] attend() {
    copy = copy + 1 == offsets.length ? 0 : copy + 1;
    int position = shape.context - shape.tokens;
    attention.add(memory, offsets[copy], position, shape.tokens, q, 0, out, 0);
    attention.run((float) (1 / Math.sqrt(shape.headDim)), 0, null);
    return out;
  }

  @TearDown
  public void tearDown() {
    pool.close();
  }

  /** Writes the first copy position by position, and the others from it. */
  private void fill() {
    int width = shape.kvHeads * shape.headDim;
    float[] all = Weights.activations(2 * width * shape.context);
    for (int p = 0; p < shape.context; p++) {
      int at = 2 * width * p;
      format.write(
          memory, offsets[0][p / BLOCK_TOKENS], p % BLOCK_TOKENS, all, at, all, at + width);
    }
    long bytes = offsets[0].length * format.bytesPerLayer();
    for (int c = 1; c < offsets.length; c++) {
      MemorySegment.copy(memory, 0, memory, c * bytes, bytes);
    }
  }

  /** Compares the first component of the first query with the formula. */
  private void check() {
    float[] k = new float[shape.kvHeads * shape.headDim];
    float[] v = new float[k.length];
    double sum = 0;
    double value = 0;
    for (int p = 0; p <= shape.context - shape.tokens; p++) {
      format.read(memory, offsets[0][p / BLOCK_TOKENS], p % BLOCK_TOKENS, k, 0, v, 0);
      double score = 0;
      for (int d = 0; d < shape.headDim; d++) {
        score += (double) q[d] * k[d];
      }
      double weight = Math.exp(score / Math.sqrt(shape.headDim));
      sum += weight;
      value += weight * v[0];
    }
    if (!attention.usesVectors() || !(Math.abs(value / sum - out[0]) < ALLOWED)) {
      throw new IllegalStateException(
          "%s, %s: vectors: %b, expected %f, got %f"
              .formatted(shape, kv, attention.usesVectors(), value / sum, out[0]));
    }
  }

  static Work work(BenchmarkParams p) {
    Shape s = Shape.valueOf(p.getParam("shape"));
    KvBlockFormat format = s.format(KvType.valueOf(p.getParam("kv")));
    double seen = s.tokens * (s.context - s.tokens) + s.tokens * (s.tokens + 1) / 2.0;
    double bytes = (double) s.context / BLOCK_TOKENS * format.bytesPerLayer();
    return new Work(bytes, 2 * seen * s.heads * s.headDim);
  }
}
