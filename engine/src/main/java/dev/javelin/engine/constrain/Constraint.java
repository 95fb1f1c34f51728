package dev.javelin.engine.constrain;

import dev.javelin.engine.constrain.machine.Config;
import dev.javelin.engine.constrain.machine.MaskEngine;

/**
 * What an answer must look like, compiled for one vocabulary. Immutable and safe for many threads; each sequence walks
 * it with a {@link ConstraintState} of its own. Made by {@link ConstraintCompiler}.
 */
public final class Constraint {
  private final Config start;
  private final MaskEngine masks;

  Constraint(Config start, MaskEngine masks) {
    this.start = start;
    this.masks = masks;
  }

  /** The state before the first token. */
  public ConstraintState start() {
    return new ConstraintState(masks, start);
  }

  public TokenTrie vocabulary() {
    return masks.trie();
  }

  /** Whether this whole text fits. */
  public boolean accepts(byte[] text) {
    ConstraintState state = start();
    return state.advance(text) == text.length && state.canEnd();
  }
}
