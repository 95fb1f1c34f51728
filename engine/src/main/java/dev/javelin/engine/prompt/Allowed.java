package dev.javelin.engine.prompt;

import dev.javelin.engine.constrain.ConstraintState;
import dev.javelin.engine.constrain.TokenMask;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/** Takes away the scores of forbidden tokens. */
public final class Allowed {
  private static final int MAX_FORCED_BYTES = 64;
  private static final char UNKNOWN = '\uFFFD';

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
   * The token that {@link #by} would leave alone; empty if there is a choice. Looks at a mask only
   * where a single byte can follow.
   */
  public static OptionalInt certain(ConstraintState state, int budget, int... ends) {
    if (state.mustEnd()) {
      return ends.length == 1 ? OptionalInt.of(ends[0]) : OptionalInt.empty();
    }
    if (budget <= 1 || !state.isForced()) {
      return OptionalInt.empty();
    }
    TokenMask mask = state.mask(budget - 1);
    return mask.count() == 1 ? OptionalInt.of(mask.nextAllowed(0)) : OptionalInt.empty();
  }

  /**
   * The usual tokens of what must follow, without those that may grow together with what is not
   * known yet.
   */
  public static int[] likely(ConstraintState state, Tokenizer tokenizer, int budget, int most) {
    if (!state.isForced() || budget < state.tokensToEnd() + MAX_FORCED_BYTES) {
      return new int[0]; // near the limit the shortest spelling counts, not the usual one
    }
    byte[] forced = state.forcedBytes(MAX_FORCED_BYTES);
    String text = new String(forced, StandardCharsets.UTF_8);
    if (forced.length < 2 || text.indexOf(UNKNOWN) >= 0) {
      return new int[0]; // ends within a character, or begins there
    }
    int[] tokens = tokenizer.encode(text, false);
    ConstraintState at = state.copy();
    int count = 0;
    while (count < Math.min(most, tokens.length)) {
      TokenMask mask = at.mask(budget - 1 - count);
      boolean last = count == tokens.length - 1;
      if (!mask.allows(tokens[count]) || (last && at.vocabulary().hasLonger(tokens[count], mask))) {
        break;
      }
      at.advance(tokens[count++]);
    }
    return Arrays.copyOf(tokens, count);
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
    TokenMask mask = state.mask(Math.max(1, budget - 1));
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
