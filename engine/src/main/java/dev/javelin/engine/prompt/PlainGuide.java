package dev.javelin.engine.prompt;

import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintState;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.util.OptionalInt;
import java.util.Set;

/**
 * For formats whose answer is text from its first token to its last: all of it obeys the
 * constraint.
 */
public final class PlainGuide implements AnswerGuide {
  private final ConstraintState state;
  private final Set<Integer> stopTokens;
  private final int[] ends;
  private final Tokenizer tokenizer;
  private boolean ended;

  public PlainGuide(Constraint constraint, Set<Integer> stopTokens, Tokenizer tokenizer) {
    this.state = constraint.start();
    this.stopTokens = stopTokens;
    this.ends = stopTokens.stream().mapToInt(Integer::intValue).sorted().toArray();
    this.tokenizer = tokenizer;
  }

  @Override
  public void restrict(float[] logits, int offset, int budget) {
    Allowed.by(state, logits, offset, tokenizer.vocabularySize(), budget, ends);
  }

  @Override
  public OptionalInt certain(int budget) {
    return ended ? OptionalInt.empty() : Allowed.certain(state, budget, ends);
  }

  @Override
  public int[] likely(int budget, int most) {
    return Allowed.likely(state, tokenizer, budget, most);
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
