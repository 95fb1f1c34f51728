package dev.javelin.engine.constrain.machine;

/**
 * A piece of a grammar. Entering it says what may come first: heads (a lexeme at its start) with
 * the frame to go back to. Nodes are immutable once a grammar is built and may refer to each other
 * in circles.
 */
public abstract class Node {
  /** Announces all ways to begin; {@code parent} is resumed when this piece is complete. */
  abstract void enter(Frame parent, Closure closure);

  /** The pieces that this one is made of. */
  abstract java.util.List<Node> children();

  /** Tokens for its shortest text, given those of its children. */
  abstract int cost(Costs costs);
}
