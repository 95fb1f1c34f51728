package dev.javelin.engine.constrain.machine;

import java.util.ArrayDeque;

/**
 * What remains to be done when the piece above it is complete: one immutable link of a stack.
 * Stacks of alternatives share their lower links, and are walked in loops: a text may nest as deep
 * as it is long. Two frames are equal if they will behave the same.
 */
abstract class Frame {
  private static final int UNKNOWN = -1;

  /** The frame below; null for the root only. */
  final Frame parent;

  private final int hash;

  /** See {@link #costBelow}. */
  private int costBelow;

  Frame(Frame parent, int ownHash) {
    this.parent = parent;
    this.hash = 31 * (parent == null ? 7 : parent.hash) + ownHash;
    this.costBelow = parent == null ? 0 : UNKNOWN;
  }

  /** Continues; {@code label} says what the completed lexeme has read. */
  abstract void resume(int label, Closure closure);

  /**
   * Tokens that finish the whole text once the piece above is complete; never more when it is
   * really done.
   */
  final int cost(int label, Costs costs) {
    return Costs.sum(ownCost(label, costs), costBelow(costs));
  }

  /** The part of {@link #cost} on this frame's own level. */
  abstract int ownCost(int label, Costs costs);

  /**
   * Tokens that finish what the frames below remember. Worked out once: a stack belongs to one
   * constraint, whose costs do not change.
   */
  final int costBelow(Costs costs) {
    if (costBelow == UNKNOWN) {
      ArrayDeque<Frame> unknown = new ArrayDeque<>();
      for (Frame at = this; at.costBelow == UNKNOWN; at = at.parent) {
        unknown.push(at);
      }
      for (Frame at : unknown) { // the lowest first
        at.costBelow = Costs.sum(at.parent.ownCost(0, costs), at.parent.costBelow);
      }
    }
    return costBelow;
  }

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
