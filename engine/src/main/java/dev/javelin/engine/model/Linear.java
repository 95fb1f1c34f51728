package dev.javelin.engine.model;

import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.ops.VectorOps;

/**
 * A linear layer: y = W x + b.
 *
 * @param bias [weight.rows()], or null
 */
public record Linear(WeightMatrix weight, float[] bias) {
  /** Adds the bias, if there is one, to each row of y. */
  public void addBias(float[] y, int rows) {
    if (bias != null) {
      VectorOps.addBias(y, 0, bias, rows);
    }
  }
}
