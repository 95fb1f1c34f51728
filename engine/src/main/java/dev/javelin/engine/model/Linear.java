package dev.javelin.engine.model;

import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.ops.VectorOps;

/**
 * A linear layer: y = scale W x + b.
 *
 * @param bias [weight.rows()], or null
 * @param scale of the whole matrix; 1 but for some BitNet files
 */
public record Linear(WeightMatrix weight, float[] bias, float scale) {
  /** Applies the scale and adds the bias, where there are any, to each row of y = W x. */
  public void addBias(float[] y, int rows) {
    if (scale != 1) {
      VectorOps.scale(y, 0, rows * weight.rows(), scale);
    }
    if (bias != null) {
      VectorOps.addBias(y, 0, bias, rows);
    }
  }
}
