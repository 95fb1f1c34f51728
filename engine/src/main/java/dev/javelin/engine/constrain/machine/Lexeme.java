package dev.javelin.engine.constrain.machine;

/**
 * A regular piece of a grammar (a string, a number, a comma with its white space) as an automaton
 * over bytes. States are ints; every state that {@link #next} returns can still reach an end. Safe
 * for many threads.
 */
public abstract class Lexeme {
  public static final int DEAD = -1;

  public abstract int start();

  /** The state after one byte (0 to 255), {@link #DEAD} if no text goes on that way. */
  public abstract int next(int state, int b);

  /** What has been read when the text may end here (see {@code CharDfa}), -1 where it may not. */
  public abstract int label(int state);

  /**
   * The byte that leads to the nearest end by a fixed choice; only called where {@link #bytesToEnd}
   * is above 0.
   */
  abstract int nearestByte(int state);

  /** Length of the nearest end, 0 where the text may end here. */
  abstract int bytesToEnd(int state);

  /**
   * The longest {@link #bytesToEnd} of a state at the border of two characters, {@code
   * Costs.IMPOSSIBLE} if unknown.
   */
  abstract int farthest();

  /** Masks are kept by family and key, so that lexemes that behave alike share them. */
  Object family() {
    return this;
  }

  long maskKey(int state) {
    return state;
  }

  /**
   * Whether this lexeme is the same object in every grammar, so that its masks outlive one
   * constraint.
   */
  boolean isShared() {
    return false;
  }

  /** Whether most characters lead from here to a state with an {@link #anyStringState}. */
  boolean isNearAnyString(int state) {
    return false;
  }

  /**
   * For states from which any JSON string content may follow: the state of {@link AnyString} that
   * behaves the same; -1 for the others.
   */
  int anyStringState(int state) {
    return -1;
  }

  /** The label behind the quote, for states with an {@link #anyStringState}. */
  int anyStringLabel(int state) {
    return 0;
  }
}
