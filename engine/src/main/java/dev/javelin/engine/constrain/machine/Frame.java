package dev.javelin.engine.constrain.machine;

/**
 * What remains to be done when the piece above it is complete: one immutable link of a stack.
 * Stacks of alternatives share their lower links. Two frames are equal if they will behave the
 * same.
 */
abstract class Frame {
  /** The frame below; null for the root only. */
  final Frame parent;

  private final int hash;

  Frame(Frame parent, int ownHash) {
    this.parent = parent;
    this.hash = 31 * (parent == null ? 7 : parent.hash) + ownHash;
  }

  /** Continues; {@code label} says what the completed lexeme has read. */
  abstract void resume(int label, Closure closure);

  /**
   * Tokens that finish the whole text once the piece above is complete; never more when it is
   * really done.
   */
  abstract int cost(int label, Costs costs);

  /** The highest {@link #cost} over all labels that the piece above can end with. */
  int highestCost(Costs costs) {
    return cost(0, costs);
  }

  /** Whether {@link #cost} is the same for all labels. */
  boolean hasOneCost() {
    return true;
  }

  /** Whether node, counters and phase agree; parents are compared by {@link #equals}. */
  abstract boolean sameAs(Frame other);

  @Override
  public final int hashCode() {
    return hash;
  }

  @Override
  public final boolean equals(Object o) {
    if (!(o instanceof Frame)) {
      return false;
    }
    Frame a = this;
    Frame b = (Frame) o;
    while (a != b) {
      if (a == null
          || b == null
          || a.hash != b.hash
          || a.getClass() != b.getClass()
          || !a.sameAs(b)) {
        return false;
      }
      a = a.parent;
      b = b.parent;
    }
    return true;
  }
}
