package dev.javelin.bench;

import dev.javelin.tensor.ops.KvBlockFormat;
import dev.javelin.tensor.ops.KvType;
import dev.javelin.tensor.ops.PagedAttention;
import dev.javelin.tensor.parallel.WorkerPool;
import dev.javelin.tensor.simd.SimdSupport;
import dev.javelin.tensor.simd.Species;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Attention over paged blocks, as a fraction of the machine's multiply-adds measured in the same
 * run, interleaved. Prints a Markdown table. Time includes the softmax and everything else; only
 * the products of scores and of values count as work.
 *
 * <p>{@code AttentionBench [rounds]}. With one thread the thread's CPU time counts, with two the
 * clock. Every shape is compared with plain arithmetic first.
 */
public final class AttentionBench {
  private static final int STEPS = 50_000;
  private static final int BLOCK_TOKENS = 32;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static volatile double sink;

  /**
   * Query heads over KV heads of {@code headDim}; the last {@code tokens} of {@code context}
   * positions are asked.
   */
  private record Shape(String name, int heads, int kvHeads, int headDim, int context, int tokens) {
    double products() {
      double seen = tokens * (context - tokens) + tokens * (tokens + 1) / 2.0;
      return 2 * seen * heads * headDim;
    }
  }

  private static final Shape[] SHAPES = {
    new Shape("decode, 8 heads over 1", 8, 1, 64, 8192, 1),
    new Shape("decode, 8 heads over 1, short", 8, 1, 64, 512, 1),
    new Shape("decode, 32 heads over 8", 32, 8, 64, 8192, 1),
    new Shape("decode, 8 heads over 8", 8, 8, 64, 2048, 1),
    new Shape("decode, 4 heads over 1, size 128", 4, 1, 128, 4096, 1),
    new Shape("prefill of 128, 32 heads over 8", 32, 8, 64, 1024, 128),
    new Shape("prefill of 128, 9 heads over 3", 9, 3, 64, 1024, 128),
  };

  private static final class Row {
    private final Shape shape;
    private final KvBlockFormat format;
    private final MemorySegment memory;
    private final long[] offsets;
    private final float[] q;
    private final float[] out;
    private final PagedAttention[] attention = new PagedAttention[2];
    private final double[] best = {Double.MAX_VALUE, Double.MAX_VALUE};

    Row(Shape shape, KvType type, WorkerPool[] pools) {
      this.shape = shape;
      this.format = new KvBlockFormat(type, shape.kvHeads, shape.headDim, BLOCK_TOKENS);
      this.offsets = new long[shape.context / BLOCK_TOKENS];
      this.memory = Arena.global().allocate(offsets.length * format.bytesPerLayer(), 64);
      this.q = new float[shape.tokens * shape.heads * shape.headDim];
      this.out = new float[q.length];
      Random random = new Random(1);
      float[] k = new float[shape.kvHeads * shape.headDim];
      float[] v = new float[k.length];
      fill(q, random);
      for (int p = 0; p < shape.context; p++) {
        offsets[p / BLOCK_TOKENS] = p / BLOCK_TOKENS * format.bytesPerLayer();
        fill(k, random);
        fill(v, random);
        format.write(memory, offsets[p / BLOCK_TOKENS], p % BLOCK_TOKENS, k, 0, v, 0);
      }
      for (int i = 0; i < 2; i++) {
        attention[i] = new PagedAttention(pools[i], shape.heads, format);
      }
    }

    private static void fill(float[] x, Random random) {
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) random.nextGaussian();
      }
    }

    void run(int pool) {
      attention[pool].add(
          memory, offsets, shape.context - shape.tokens, shape.tokens, q, 0, out, 0);
      attention[pool].run((float) (1 / Math.sqrt(shape.headDim)), 0, null);
    }

    /**
     * Runs until the vector kernels answer, then compares the first component of the first query
     * with the formula.
     */
    void warmUp() {
      for (int i = 0; i < 2; i++) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!attention[i].usesVectors() && System.nanoTime() < end) {
          run(i);
        }
        for (int n = 0; n < 30; n++) {
          run(i);
        }
      }
      float[] k = new float[shape.kvHeads * shape.headDim];
      float[] v = new float[k.length];
      double sum = 0;
      double value = 0;
      for (int p = 0; p <= shape.context - shape.tokens; p++) {
        format.read(memory, offsets[p / BLOCK_TOKENS], p % BLOCK_TOKENS, k, 0, v, 0);
        double score = 0;
        for (int d = 0; d < shape.headDim; d++) {
          score += (double) q[d] * k[d];
        }
        double weight = Math.exp(score / Math.sqrt(shape.headDim));
        sum += weight;
        value += weight * v[0];
      }
      if (!(Math.abs(value / sum - out[0]) < 1e-5)) {
        throw new IllegalStateException(shape + ": expected " + value / sum + ", got " + out[0]);
      }
    }
  }

  private AttentionBench() {}

  public static void main(String[] arguments) {
    if (!SimdSupport.available()) {
      System.err.println("AttentionBench needs --add-modules jdk.incubator.vector");
      System.exit(1);
    }
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
    WorkerPool[] pools = {new WorkerPool(1), new WorkerPool(2)};
    List<Row> rows = new ArrayList<>();
    for (Shape shape : SHAPES) {
      for (KvType type : KvType.values()) {
        rows.add(new Row(shape, type, pools));
      }
    }
    rows.forEach(Row::warmUp);
    double[] fma = {Double.MAX_VALUE, Double.MAX_VALUE};
    for (int round = 0; round < rounds; round++) {
      fma[0] = Math.min(fma[0], seconds(0, () -> sink = Limits.multiplyAdds(STEPS)));
      fma[1] =
          Math.min(
              fma[1], seconds(1, () -> pools[1].run((w, n) -> sink = Limits.multiplyAdds(STEPS))));
      for (Row row : rows) {
        for (int p = 0; p < 2; p++) {
          int pool = p;
          row.best[p] = Math.min(row.best[p], seconds(p, () -> row.run(pool)));
        }
      }
    }
    print(rows, fma, rounds);
    System.exit(0); // the pools' threads are daemons; say so
  }

  private static double seconds(int pool, Runnable work) {
    long start = pool == 0 ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    work.run();
    return ((pool == 0 ? THREADS.getCurrentThreadCpuTime() : System.nanoTime()) - start) * 1e-9;
  }

  private static void print(List<Row> rows, double[] fma, int rounds) {
    double work = (double) STEPS * Limits.CHAINS * Species.LANES / 1e9;
    double[] limit = {work / fma[0], 2 * work / fma[1]};
    line(
        "%d-bit vectors, best of %d rounds; multiply-adds: %.1f and %.1f * 10^9/s with 1 and 2 threads",
        SimdSupport.BITS, rounds, limit[0], limit[1]);
    line("");
    line(
        "| attention | context | cache | microseconds, 1 and 2 threads | 10^9 products/s | of multiply-adds |");
    line("|---|---|---|---|---|---|");
    for (Row row : rows) {
      double[] b = row.best;
      double products = row.shape.products() / 1e9;
      line(
          "| %s | %d | %s | %.0f / %.0f | %.0f / %.0f | %.2f / %.2f |",
          row.shape.name,
          row.shape.context,
          row.format.type(),
          b[0] * 1e6,
          b[1] * 1e6,
          products / b[0],
          products / b[1],
          products / b[0] / limit[0],
          products / b[1] / limit[1]);
    }
  }

  private static void line(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
