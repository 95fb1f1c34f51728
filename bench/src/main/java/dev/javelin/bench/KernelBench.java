package dev.javelin.bench;

import dev.javelin.tensor.Precision;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.ops.MatMul;
import dev.javelin.tensor.parallel.WorkerPool;
import dev.javelin.tensor.simd.FastMemory;
import dev.javelin.tensor.simd.SimdSupport;
import dev.javelin.tensor.simd.Species;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Matrix products of every quant type as fractions of two limits that are measured in the same run,
 * interleaved: reading memory, and fused multiply-adds. Prints a Markdown table.
 *
 * <p>{@code KernelBench [rounds] [columns]}. With one thread the thread's CPU time counts, so that
 * a neighbour who takes the core away does not; with two the clock does, best of all rounds. Every
 * product is compared with plain arithmetic first.
 */
public final class KernelBench {
  private static final QuantType[] TYPES = {
    QuantType.Q8_0, QuantType.MXFP4, QuantType.Q4_0, QuantType.F16, QuantType.BF16, QuantType.F32
  };
  private static final int STREAM_BYTES = 128 << 20;
  private static final int PREFILL_ROWS = 1440;
  private static final int STEPS = 50_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static volatile double sink;

  private final int rounds;
  private final int columns;
  private final WorkerPool[] pools = {new WorkerPool(1), new WorkerPool(2)};
  private final MemorySegment memory = Arena.global().allocate(STREAM_BYTES, 4096);
  private final float[] x;
  private final List<Row> rows = new ArrayList<>();
  private final double[] read = {
    Double.MAX_VALUE, Double.MAX_VALUE
  }; // seconds for STREAM_BYTES, 1 and 2 threads
  private final double[] fma = {
    Double.MAX_VALUE, Double.MAX_VALUE
  }; // seconds for STEPS on each thread

  /** One line of the table. */
  private static final class Row {
    private final QuantType type;
    private final int tokens;
    private final Precision precision;
    private final WeightMatrix w;
    private final float[] y;
    private final double[] best = {Double.MAX_VALUE, Double.MAX_VALUE};

    Row(QuantType type, int tokens, Precision precision, WeightMatrix w) {
      this.type = type;
      this.tokens = tokens;
      this.precision = precision;
      this.w = w;
      this.y = new float[tokens * w.rows()];
    }
  }

  private KernelBench(int rounds, int columns) {
    this.rounds = rounds;
    this.columns = columns;
    this.x = new float[128 * columns];
    Random random = new Random(1);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < STREAM_BYTES / 8; i++) {
      memory.setAtIndex(ValueLayout.JAVA_LONG, i, random.nextLong());
    }
  }

  public static void main(String[] arguments) {
    if (!SimdSupport.available()) {
      System.err.println("KernelBench needs --add-modules jdk.incubator.vector");
      System.exit(1);
    }
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    int columns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2880;
    new KernelBench(rounds, columns).run();
    System.exit(0); // the pools' threads are daemons; say so
  }

  private void run() {
    for (QuantType type : TYPES) {
      add(type, 1, Precision.EXACT, (int) (STREAM_BYTES / type.byteSize(columns)));
      add(type, 4, Precision.EXACT, PREFILL_ROWS);
      add(type, 32, Precision.EXACT, PREFILL_ROWS);
      add(type, 128, Precision.EXACT, PREFILL_ROWS);
      if (type == QuantType.MXFP4 || type == QuantType.Q4_0) {
        add(type, 128, Precision.FAST, PREFILL_ROWS);
      }
    }
    for (Row row : rows) {
      warmUp(row);
    }
    for (int round = 0; round < rounds; round++) {
      measureLimits();
      for (Row row : rows) {
        for (int p = 0; p < pools.length; p++) {
          MatMul matMul = new MatMul(pools[p], row.precision);
          row.best[p] =
              Math.min(row.best[p], seconds(p, () -> matMul.multiply(row.w, x, row.tokens, row.y)));
        }
      }
    }
    print();
  }

  /** Random blocks; exponents and scales are made ordinary. */
  private void add(QuantType type, int tokens, Precision precision, int matrixRows) {
    long bytes = type.byteSize((long) matrixRows * columns);
    MemorySegment data =
        tokens == 1 && type == QuantType.Q8_0 ? memory : Arena.global().allocate(bytes, 64);
    MemorySegment.copy(memory, 0, data, 0, bytes);
    for (long o = 0; o < bytes; o += type.blockBytes()) {
      switch (type) {
        case MXFP4 -> data.set(ValueLayout.JAVA_BYTE, o, (byte) 120);
        case F32 -> data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, o, (float) Math.sin(o));
        case BF16 ->
            data.set(
                ValueLayout.JAVA_SHORT_UNALIGNED,
                o,
                (short) (Float.floatToIntBits((float) Math.sin(o)) >> 16));
        default ->
            data.set(
                ValueLayout.JAVA_SHORT_UNALIGNED, o, Float.floatToFloat16(0.01f + o % 7 * 0.003f));
      }
    }
    WeightMatrix w =
        WeightMatrix.of(type.name(), type, data.asSlice(0, bytes), matrixRows, columns);
    rows.add(new Row(type, tokens, precision, w));
  }

  /** Compiles the kernel on a few rows, then checks some outputs of the whole product. */
  private void warmUp(Row row) {
    WeightMatrix few =
        WeightMatrix.of(
            "few",
            row.type,
            Arena.global().allocate(row.type.byteSize(48L * columns)),
            48,
            columns);
    MatMul matMul = new MatMul(pools[0], row.precision);
    for (int i = 0; i < 3000 / row.tokens + 100; i++) {
      matMul.multiply(few, x, row.tokens, row.y);
    }
    matMul.multiply(row.w, x, row.tokens, row.y);
    float[] weights = new float[columns];
    for (int r = 0; r < row.w.rows(); r += row.w.rows() / 7) {
      row.w.row(r, weights, 0);
      double sum = 0;
      double magnitude = 0;
      for (int c = 0; c < columns; c++) {
        sum += (double) weights[c] * x[c];
        magnitude += Math.abs((double) weights[c] * x[c]);
      }
      double allowed = magnitude * (row.precision == Precision.EXACT ? 1e-5 : 1e-2);
      if (!(Math.abs(sum - row.y[r]) <= allowed)) {
        throw new IllegalStateException(
            row.type + " row " + r + ": expected " + sum + ", got " + row.y[r]);
      }
    }
  }

  private void measureLimits() {
    int workers = 2;
    fma[0] = Math.min(fma[0], seconds(0, () -> sink = Limits.multiplyAdds(STEPS)));
    fma[1] =
        Math.min(
            fma[1], seconds(1, () -> pools[1].run((w, n) -> sink = Limits.multiplyAdds(STEPS))));
    read[0] = Math.min(read[0], seconds(0, () -> sink = Limits.read(memory, 0, STREAM_BYTES)));
    long share = STREAM_BYTES / workers;
    read[1] =
        Math.min(
            read[1],
            seconds(1, () -> pools[1].run((w, n) -> sink = Limits.read(memory, w * share, share))));
  }

  private static double seconds(int pool, Runnable work) {
    long start = pool == 0 ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    work.run();
    return ((pool == 0 ? THREADS.getCurrentThreadCpuTime() : System.nanoTime()) - start) * 1e-9;
  }

  private void print() {
    double[] gigabytes = {STREAM_BYTES / read[0] / 1e9, STREAM_BYTES / read[1] / 1e9};
    double work = (double) STEPS * Limits.CHAINS * Species.LANES / 1e9;
    double[] gigaMultiplyAdds = {work / fma[0], 2 * work / fma[1]};
    line(
        "%d-bit vectors, %s addresses, %d columns, best of %d rounds",
        SimdSupport.BITS, FastMemory.ENABLED ? "absolute" : "checked", columns, rounds);
    line("");
    line("| limit | 1 thread | 2 threads |");
    line("|---|---|---|");
    line("| reading memory, GB/s | %.1f | %.1f |", gigabytes[0], gigabytes[1]);
    line("| fused multiply-adds, 10^9/s | %.1f | %.1f |", gigaMultiplyAdds[0], gigaMultiplyAdds[1]);
    line("");
    line(
        "| type | tokens | precision | GB/s, 1 and 2 threads | of reading | 10^9 products/s | of multiply-adds |");
    line("|---|---|---|---|---|---|---|");
    for (Row row : rows) {
      double bytes = row.w.byteSize() / 1e9;
      double products = (double) row.tokens * row.w.rows() * columns / 1e9;
      double[] b = row.best;
      line(
          "| %s | %d | %s | %.1f / %.1f | %.2f / %.2f | %.0f / %.0f | %.2f / %.2f |",
          row.type,
          row.tokens,
          row.precision.name().toLowerCase(Locale.ROOT),
          bytes / b[0],
          bytes / b[1],
          bytes / b[0] / gigabytes[0],
          bytes / b[1] / gigabytes[1],
          products / b[0],
          products / b[1],
          products / b[0] / gigaMultiplyAdds[0],
          products / b[1] / gigaMultiplyAdds[1]);
    }
  }

  private static void line(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
