package dev.javelin.engine.sampling;

import java.util.Arrays;

/**
 * The tokens that can still be picked, with their scores. At first that is the whole vocabulary,
 * and the scores are the caller's logits; a step that cuts turns it into a list of (id, score).
 * Scores are logits up to a constant.
 */
final class Candidates {
  private static final int INITIAL_CAPACITY = 256;

  private final int vocabularySize;
  private float[] logits;
  private int offset;
  private boolean whole;
  private int[] ids = new int[INITIAL_CAPACITY];
  private float[] scores = new float[INITIAL_CAPACITY];
  private int count;

  Candidates(int vocabularySize) {
    this.vocabularySize = vocabularySize;
  }

  /** Starts with every token; the scores are logits[offset .. offset + vocabularySize). */
  void reset(float[] logits, int offset) {
    this.logits = logits;
    this.offset = offset;
    this.whole = true;
    this.count = 0;
  }

  /** True while no step has cut: scores are in {@link #wholeScores}. */
  boolean isWhole() {
    return whole;
  }

  int vocabularySize() {
    return vocabularySize;
  }

  /** The caller's array; token {@code id} is at {@link #wholeOffset} + id. */
  float[] wholeScores() {
    return logits;
  }

  int wholeOffset() {
    return offset;
  }

  /** Turns to an empty list, to be filled with {@link #add}. */
  void startList() {
    whole = false;
    count = 0;
  }

  void add(int id, float score) {
    if (count == ids.length) {
      int capacity = Math.min(vocabularySize, 2 * count);
      ids = Arrays.copyOf(ids, capacity);
      scores = Arrays.copyOf(scores, capacity);
    }
    ids[count] = id;
    scores[count++] = score;
  }

  int count() {
    return whole ? vocabularySize : count;
  }

  int id(int index) {
    return ids[index];
  }

  float score(int index) {
    return scores[index];
  }

  void setScore(int index, float score) {
    scores[index] = score;
  }

  /** Keeps the first {@code newCount} of the list. */
  void truncate(int newCount) {
    count = newCount;
  }

  /** Leaves one token. */
  void pick(int id) {
    startList();
    add(id, 0f);
  }

  /** The largest score. */
  float max() {
    float max = Float.NEGATIVE_INFINITY;
    if (whole) {
      for (int i = offset; i < offset + vocabularySize; i++) {
        max = Math.max(max, logits[i]);
      }
    } else {
      for (int i = 0; i < count; i++) {
        max = Math.max(max, scores[i]);
      }
    }
    return requireFinite(max);
  }

  static float requireFinite(float best) {
    if (!Float.isFinite(best)) {
      throw new IllegalStateException(
          "a token can be picked only if the best score is finite: best=" + best);
    }
    return best;
  }
}
