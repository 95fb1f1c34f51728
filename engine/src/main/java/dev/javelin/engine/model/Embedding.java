package dev.javelin.engine.model;

import dev.javelin.tensor.WeightMatrix;

/** The table that turns token ids into the first hidden state: x[row] = table[token(row)]. */
public record Embedding(WeightMatrix table) {
  /**
   * @param x [rows, embeddingLength]
   */
  public void lookUp(Batch batch, float[] x) {
    int width = table.columns();
    for (int row = 0; row < batch.rowCount(); row++) {
      table.row(batch.token(row), x, row * width);
    }
  }
}
