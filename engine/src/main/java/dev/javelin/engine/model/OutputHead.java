package dev.javelin.engine.model;

import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.ops.MatMul;

/**
 * The last step: takes the rows whose logits are wanted and multiplies them with the output matrix.
 */
public final class OutputHead {
  /** Norm of one row: from {@code x} at {@code offset} to {@code out} at {@code outOffset}. */
  public interface Norm {
    void apply(float[] x, int offset, float[] out, int outOffset);
  }

  private final WeightMatrix output;
  private final Norm norm;
  private final MatMul matMul;
  private final float[] normed; // [maxLogitRows, embedding]

  public OutputHead(WeightMatrix output, Norm norm, MatMul matMul, int maxLogitRows) {
    this.output = output;
    this.norm = norm;
    this.matMul = matMul;
    this.normed = new float[Math.multiplyExact(maxLogitRows, output.columns())];
  }

  /**
   * @param x [rows, embedding]
   * @param logits [logitRows, vocabulary]
   */
  public void logits(Batch batch, float[] x, float[] logits) {
    int rows = batch.logitRowCount();
    if (rows == 0) {
      return;
    }
    int width = output.columns();
    for (int i = 0; i < rows; i++) {
      norm.apply(x, batch.logitRow(i) * width, normed, i * width);
    }
    matMul.multiply(output, normed, rows, logits);
  }
}
