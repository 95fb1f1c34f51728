package dev.javelin.engine.prompt;

import dev.javelin.engine.constrain.ConstraintState;
import java.util.Arrays;

/** Takes away the scores of forbidden tokens. */
public final class Allowed {
  private Allowed() {}

  /** Only these tokens keep their scores; one that had none gets the score 0. */
  public static void only(float[] logits, int offset, int vocabularySize, int... tokens) {
    float[] kept = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      kept[i] = logits[offset + tokens[i]];
    }
    Arrays.fill(logits, offset, offset + vocabularySize, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < tokens.length; i++) {
      logits[offset + tokens[i]] = kept[i] == Float.NEGATIVE_INFINITY ? 0 : kept[i];
    }
  }

  /** These tokens lose their scores. */
  public static void none(float[] logits, int offset, Iterable<Integer> tokens) {
    for (int token : tokens) {
      logits[offset + token] = Float.NEGATIVE_INFINITY;
    }
  }

  /**
   * What a constraint allows next, and the end where the text may end. The text is steered to its
   * end so that it fits the budget, the end token included.
   */
  public static void by(
      ConstraintState state,
      float[] logits,
      int offset,
      int vocabularySize,
      int budget,
      int... ends) {
    if (state.mustEnd() || (budget <= 1 && state.canEnd())) {
      only(logits, offset, vocabularySize, ends);
      return;
    }
    float[] kept = new float[ends.length];
    for (int i = 0; i < ends.length; i++) {
      kept[i] = logits[offset + ends[i]];
    }
    var mask = state.mask(Math.max(1, budget - 1));
    if (mask.count() == 0 && state.canEnd()) {
      only(logits, offset, vocabularySize, ends);
      return;
    }
    mask.apply(logits, offset);
    if (state.canEnd()) {
      for (int i = 0; i < ends.length; i++) {
        logits[offset + ends[i]] = kept[i];
      }
    }
  }
}
