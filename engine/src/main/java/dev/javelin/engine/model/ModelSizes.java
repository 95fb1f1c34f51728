package dev.javelin.engine.model;

/**
 * The sizes that every family has, under GGUF's names.
 *
 * @param contextLength positions the model was made for
 * @param headDim values per attention head
 */
public record ModelSizes(
    String architecture,
    int vocabularySize,
    int contextLength,
    int embeddingLength,
    int layerCount,
    int headCount,
    int kvHeadCount,
    int headDim) {
  /** The usual factor on scores: 1 / sqrt(headDim). */
  public float attentionScale() {
    return (float) (1 / Math.sqrt(headDim));
  }

  /** Width of all query heads. */
  public int attentionLength() {
    return headCount * headDim;
  }

  /** Width of all key heads, and of all value heads. */
  public int kvLength() {
    return kvHeadCount * headDim;
  }
}
