package dev.javelin.engine.constrain;

import dev.javelin.engine.constrain.machine.Config;
import dev.javelin.engine.constrain.machine.Costs;
import dev.javelin.engine.constrain.machine.MaskEngine;
import dev.javelin.engine.constrain.machine.Node;

/**
 * What an answer must look like, compiled for one vocabulary. Immutable and safe for many threads;
 * each sequence walks it with a {@link ConstraintState} of its own. Made by {@link
 * ConstraintCompiler}.
 */
public final class Constraint {
  private final ConstraintCompiler compiler;
  private final Config start;
  private final MaskEngine masks;
  private final Node root;
  private final String source;
  private Costs costs; // made when first needed

  Constraint(ConstraintCompiler compiler, Node root, MaskEngine masks, String source) {
    this.compiler = compiler;
    this.root = root;
    this.source = source;
    this.start = Config.start(root);
    this.masks = masks;
  }

  /** The state before the first token. */
  public ConstraintState start() {
    return new ConstraintState(this, start);
  }

  MaskEngine masks() {
    return masks;
  }

  synchronized Costs costs() {
    if (costs == null) {
      costs = new Costs(masks.trie(), root);
    }
    return costs;
  }

  /** Who made it: can put it together with others. */
  public ConstraintCompiler compiler() {
    return compiler;
  }

  Node root() {
    return root;
  }

  /**
   * What it was made from, in one text: constraints of equal texts allow the same answers. {@link
   * ConstraintCompiler#ofSource} makes one from it.
   */
  public String source() {
    return source;
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
