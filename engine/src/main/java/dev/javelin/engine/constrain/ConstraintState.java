package dev.javelin.engine.constrain;

import dev.javelin.engine.constrain.machine.Config;
import dev.javelin.engine.constrain.machine.Costs;
import java.io.ByteArrayOutputStream;

/**
 * How far one sequence has come in its constraint. Cheap to {@link #copy} (what it holds is
 * immutable), so that it can be kept beside a checkpoint; it can also be rebuilt by advancing over
 * the same tokens. Not thread-safe.
 */
public final class ConstraintState {
  private final Constraint constraint;
  private Config config;

  ConstraintState(Constraint constraint, Config config) {
    this.constraint = constraint;
    this.config = config;
  }

  public ConstraintState copy() {
    return new ConstraintState(constraint, config);
  }

  /** Reads a token; false, and nothing changes, if the constraint does not allow it here. */
  public boolean advance(int token) {
    TokenTrie trie = constraint.vocabulary();
    int length = token < 0 || token >= trie.vocabularySize() ? 0 : trie.tokenLength(token);
    Config to = length == 0 ? null : config;
    for (int i = 0; i < length && to != null; i++) {
      to = to.next(trie.tokenByte(token, i));
    }
    if (to == null) {
      return false;
    }
    config = to;
    return true;
  }

  /** Reads bytes as far as the constraint allows; returns how many. */
  public int advance(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      Config to = config.next(bytes[i] & 0xFF);
      if (to == null) {
        return i;
      }
      config = to;
    }
    return bytes.length;
  }

  /**
   * The tokens that may come next. Shared: copy it before changing it. The end of the text is not a
   * token here.
   */
  public TokenMask mask() {
    return constraint.masks().mask(config);
  }

  /**
   * As {@link #mask()}, without the tokens behind which the text could not be finished in time.
   * While {@link #tokensToEnd} is within the budget, following this mask keeps it there: the text
   * ends validly. If it is not, only tokens that come closer to the end are left. When no token is
   * left, the text must end here.
   *
   * @param budget tokens that may still be written, the next one included
   */
  public TokenMask mask(int budget) {
    Costs costs = constraint.costs();
    return constraint.masks().mask(config, Math.max(budget, costs.of(config)) - 1, costs);
  }

  /**
   * Tokens after which the text can surely be complete; 0 if it is. A bound from above: each piece
   * of the grammar is counted with tokens of its own. At least 2^28 if the vocabulary lacks a byte
   * that is needed.
   */
  public int tokensToEnd() {
    return constraint.costs().of(config);
  }

  /** Whether the text may end here. */
  public boolean canEnd() {
    return config.accepts();
  }

  /** Whether the text must end here: nothing may follow. */
  public boolean mustEnd() {
    return config.accepts() && !config.continues();
  }

  /** Whether only one byte can follow, and the text cannot end here. */
  public boolean isForced() {
    return config.forcedByte() >= 0;
  }

  public TokenTrie vocabulary() {
    return constraint.vocabulary();
  }

  /**
   * The bytes that must follow, whatever is sampled; empty if there is a choice (ending is one,
   * too).
   *
   * @param most bytes to look ahead
   */
  public byte[] forcedBytes(int most) {
    ByteArrayOutputStream forced = new ByteArrayOutputStream();
    Config at = config;
    for (int b = at.forcedByte(); b >= 0 && forced.size() < most; b = at.forcedByte()) {
      forced.write(b);
      at = at.next(b);
    }
    return forced.toByteArray();
  }
}
