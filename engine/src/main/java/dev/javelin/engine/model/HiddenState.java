package dev.javelin.engine.model;

import dev.javelin.tensor.ops.RmsNorm;
import dev.javelin.tensor.ops.VectorOps;
import dev.javelin.tensor.parallel.WorkerPool;

/**
 * The buffers of one step that every family has, and the row loops over them. Made once, for the
 * largest batch.
 *
 * <pre>
 *   x         [rows, embedding]      the residual stream
 *   normed    [rows, embedding]      what a sub-layer reads
 *   q         [rows, heads, headDim]
 *   k, v      [rows, kvHeads, headDim]
 *   attended  [rows, heads, headDim]
 *   delta     [rows, embedding]      what a sub-layer adds to x
 * </pre>
 */
public final class HiddenState {
  public final float[] x;
  public final float[] normed;
  public final float[] q;
  public final float[] k;
  public final float[] v;
  public final float[] attended;
  public final float[] delta;

  private final Rows rows;
  private final int embedding;
  private final Rows.Task normTask = this::normRow;
  private final Rows.Task normSliceTask = this::normSliceRow;
  private final Rows.Task addTask = this::addRow;
  private final Rows.Task functionTask = this::functionRow;

  // The loop in progress.
  private float[] normWeight;
  private float normEpsilon;
  private float[] slices;
  private int sliceWidth;
  private RowFunction function;
  private int functionWidth;

  /** Something done in place to one row that begins at {@code offset}. */
  public interface RowFunction {
    void apply(int offset, int size);
  }

  public HiddenState(WorkerPool pool, ModelSizes sizes, int maxRows) {
    this.embedding = sizes.embeddingLength();
    this.rows = new Rows(pool);
    this.x = new float[Math.multiplyExact(maxRows, embedding)];
    this.normed = new float[x.length];
    this.q = new float[Math.multiplyExact(maxRows, sizes.attentionLength())];
    this.k = new float[Math.multiplyExact(maxRows, sizes.kvLength())];
    this.v = new float[k.length];
    this.attended = new float[q.length];
    this.delta = new float[x.length];
  }

  /** normed = RmsNorm(x), row by row. */
  public void rmsNorm(float[] weight, float epsilon, int rowCount) {
    normWeight = weight;
    normEpsilon = epsilon;
    rows.each(rowCount, normTask);
  }

  /**
   * Norms slices of {@code weight.length} values, {@code count} of them, in place (a norm per head,
   * or of a whole row).
   */
  public void rmsNormSlices(float[] values, float[] weight, float epsilon, int count) {
    slices = values;
    sliceWidth = weight.length;
    normWeight = weight;
    normEpsilon = epsilon;
    rows.each(count, normSliceTask);
  }

  /** x += delta. */
  public void addDelta(int rowCount) {
    rows.each(rowCount, addTask);
  }

  /** Calls {@code rowFunction} for each row of {@code width} values. */
  public void eachRow(int rowCount, int width, RowFunction rowFunction) {
    function = rowFunction;
    functionWidth = width;
    rows.each(rowCount, functionTask);
  }

  private void normRow(int row) {
    RmsNorm.apply(x, row * embedding, normWeight, normEpsilon, embedding, normed, row * embedding);
  }

  private void normSliceRow(int slice) {
    RmsNorm.apply(
        slices,
        slice * sliceWidth,
        normWeight,
        normEpsilon,
        sliceWidth,
        slices,
        slice * sliceWidth);
  }

  private void addRow(int row) {
    VectorOps.add(x, row * embedding, delta, row * embedding, embedding);
  }

  private void functionRow(int row) {
    function.apply(row * functionWidth, functionWidth);
  }
}
