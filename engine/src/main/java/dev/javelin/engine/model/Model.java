package dev.javelin.engine.model;

import dev.javelin.kvcache.KvLayout;

/**
 * One family's forward pass over its weights. Not thread-safe: the engine loop is the only caller.
 */
public interface Model {
  ModelSizes sizes();

  /** What the cache must hold for this model. */
  KvLayout kvLayout();

  /**
   * Computes a batch: stores the keys and values of all its rows and writes the logits of the
   * wanted ones.
   *
   * @param logits [batch.logitRowCount(), vocabularySize]
   */
  void forward(Batch batch, float[] logits);
}
