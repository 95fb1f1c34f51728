package dev.javelin.engine.constrain.machine;

/**
 * A JSON string of min to max characters (code points, as JSON Schema counts), without other
 * conditions. A state is a state of {@link AnyString} plus a count, packed: {@code count *
 * STATE_COUNT + anyStringState}.
 */
public final class StringLexeme extends Lexeme {
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  /** Counts above this do not fit the packing; a stricter maximum is still a sound one. */
  private static final int MAX_COUNT = (1 << 30) / 64;

  /**
   * No token has more characters than this: above it, what is left of the bounds cannot matter to
   * one token.
   */
  private static final int HORIZON = 256;

  public static final StringLexeme ANY = new StringLexeme(0, UNBOUNDED);

  private final int min;
  private final int max;

  public StringLexeme(int min, int max) {
    this.min = min;
    this.max = max == UNBOUNDED ? UNBOUNDED : Math.min(max, MAX_COUNT);
    if (min > this.max || min > MAX_COUNT) {
      throw new IllegalArgumentException("no string has " + min + " to " + max + " characters");
    }
  }

  @Override
  public int start() {
    return AnyString.OPEN;
  }

  @Override
  public int next(int state, int b) {
    int inner = state % AnyString.STATE_COUNT;
    int count = state / AnyString.STATE_COUNT;
    int to = AnyString.next(inner, b);
    if (to == DEAD) {
      return DEAD;
    }
    if (to == AnyString.CLOSED) {
      return count < min ? DEAD : AnyString.CLOSED;
    }
    if (inner == AnyString.OPEN) {
      return to;
    }
    if (inner == AnyString.BODY && count == max) {
      return DEAD;
    }
    if (to == AnyString.BODY && (max != UNBOUNDED || count < min)) {
      count++;
    }
    return count * AnyString.STATE_COUNT + to;
  }

  @Override
  public int label(int state) {
    return state == AnyString.CLOSED ? 0 : -1;
  }

  @Override
  Object family() {
    return StringLexeme.class;
  }

  @Override
  boolean isShared() {
    return true;
  }

  /** What is left of the bounds, as far as one token can tell. */
  @Override
  long maskKey(int state) {
    int count = state / AnyString.STATE_COUNT;
    long required = Math.min(HORIZON, Math.max(0, min - count));
    long allowed = max == UNBOUNDED ? HORIZON : Math.min(HORIZON, max - count);
    return (state % AnyString.STATE_COUNT) | required << 16 | allowed << 32;
  }

  @Override
  int anyStringState(int state) {
    int inner = state % AnyString.STATE_COUNT;
    boolean free =
        min == 0 && max == UNBOUNDED && inner != AnyString.OPEN && inner != AnyString.CLOSED;
    return free ? inner : -1;
  }

  @Override
  int bytesToEnd(int state) {
    int inner = state % AnyString.STATE_COUNT;
    int count = state / AnyString.STATE_COUNT;
    int open =
        inner == AnyString.BODY || inner == AnyString.OPEN || inner == AnyString.CLOSED ? 0 : 1;
    return AnyString.bytesToEnd(inner)
        + (inner == AnyString.CLOSED ? 0 : Math.max(0, min - count - open));
  }

  @Override
  int farthest() {
    return min + 1;
  }

  @Override
  int nearestByte(int state) {
    int inner = state % AnyString.STATE_COUNT;
    return inner == AnyString.BODY && state / AnyString.STATE_COUNT < min
        ? ' '
        : AnyString.nearestByte(inner);
  }
}
