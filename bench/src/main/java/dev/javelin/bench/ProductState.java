package dev.javelin.bench;

import dev.javelin.tensor.Precision;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.ops.MatMul;
import dev.javelin.tensor.parallel.WorkerPool;

/**
 * One matrix, some rows of activations and their product, compiled and compared with plain
 * arithmetic. What {@link DecodeBenchmark} and {@link PrefillBenchmark} have in common.
 */
final class ProductState implements AutoCloseable {
  /** Columns of gpt-oss: no power of two. */
  static final int COLUMNS = 2880;

  /** Rows of a matrix that stays in the last cache. */
  static final int ROWS = 1440;

  private static final int FEW_ROWS = 48;
  private static final long WARM_UP_NANOS = 500_000_000L;
  private static final int CHECKED_ROWS = 7;

  private final WorkerPool pool;
  private final MatMul matMul;
  private final WeightMatrix w;
  private final int tokens;
  private final float[] x;
  private final float[] y;

  ProductState(WeightMatrix w, int tokens, Precision precision, String threads) {
    this.pool = Pools.of(threads);
    this.matMul = new MatMul(pool, precision);
    this.w = w;
    this.tokens = tokens;
    this.x = Weights.activations(tokens * w.columns());
    this.y = new float[tokens * w.rows()];
    warmUp();
    check();
  }

  float[] multiply() {
    matMul.multiply(w, x, tokens, y);
    return y;
  }

  /** Work of a product with a matrix of {@code rows} rows. */
  static Work work(QuantType type, int rows, int tokens) {
    return new Work(rows * (double) type.rowBytes(COLUMNS), (double) rows * COLUMNS * tokens);
  }

  /** Few rows, many calls: compilers count calls and loops. */
  private void warmUp() {
    WeightMatrix few = Weights.matrix(w.type(), Math.min(FEW_ROWS, w.rows()), w.columns());
    long end = System.nanoTime() + WARM_UP_NANOS;
    while (System.nanoTime() < end) {
      matMul.multiply(few, x, tokens, y);
    }
  }

  private void check() {
    multiply();
    float[] weights = new float[w.columns()];
    for (int r = 0; r < w.rows(); r += Math.max(1, w.rows() / CHECKED_ROWS)) {
      w.row(r, weights, 0);
      double sum = 0;
      double magnitude = 0;
      for (int c = 0; c < w.columns(); c++) {
        sum += (double) weights[c] * x[c];
        magnitude += Math.abs((double) weights[c] * x[c]);
      }
      double allowed = magnitude * (matMul.precision() == Precision.EXACT ? 1e-5 : 1e-2);
      if (!(Math.abs(sum - y[r]) <= allowed)) {
        throw new IllegalStateException(w + ", row " + r + ": expected " + sum + ", got " + y[r]);
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
