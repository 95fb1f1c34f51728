package dev.javelin.engine.prompt;

import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintState;
import java.util.Set;

/**
 * For formats whose answer is text from its first token to its last: all of it obeys the
 * constraint.
 */
public final class PlainGuide implements AnswerGuide {
  private final ConstraintState state;
  private final Set<Integer> stopTokens;
  private final int[] ends;
  private final int vocabularySize;
  private boolean ended;

  public PlainGuide(Constraint constraint, Set<Integer> stopTokens, int vocabularySize) {
    this.state = constraint.start();
    this.stopTokens = stopTokens;
    this.ends = stopTokens.stream().mapToInt(Integer::intValue).sorted().toArray();
    this.vocabularySize = vocabularySize;
  }

  @Override
  public void restrict(float[] logits, int offset, int budget) {
    Allowed.by(state, logits, offset, vocabularySize, budget, ends);
  }

  @Override
  public void accept(int token) {
    if (stopTokens.contains(token)) {
      ended = state.canEnd();
    } else {
      state.advance(token);
    }
  }

  @Override
  public boolean isComplete() {
    return ended || state.canEnd();
  }
}
