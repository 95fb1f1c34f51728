package dev.javelin.engine.constrain.automaton;

import dev.javelin.engine.constrain.ConstraintException;
import java.util.Arrays;

/**
 * Thompson's construction: a regex as states with empty moves. Moves marked START may be taken only
 * before the first character, moves marked END only after the last.
 */
final class Nfa {
  /** More than any sane pattern; {@code (a{1000}){1000}} must not fill the memory. */
  static final int MAX_STATES = 60_000;

  static final byte EMPTY_MOVE = 0;
  static final byte START_MOVE = 1;
  static final byte END_MOVE = 2;
  static final byte CHAR_MOVE = 3;

  int stateCount;
  int moveCount;
  int[] firstMove = new int[64]; // per state, -1 = none
  int[] nextMove = new int[64]; // linked list of a state's moves
  int[] target = new int[64];
  byte[] kind = new byte[64];
  CharSet[] chars = new CharSet[64];
  final int start;
  final int end;

  Nfa(Regex regex) {
    start = newState();
    end = build(regex, start);
  }

  private int newState() {
    if (stateCount >= MAX_STATES) {
      throw new ConstraintException(
          ConstraintException.Code.TOO_COMPLEX,
          "",
          "a pattern may have at most " + MAX_STATES + " positions");
    }
    if (stateCount == firstMove.length) {
      firstMove = Arrays.copyOf(firstMove, 2 * stateCount);
    }
    firstMove[stateCount] = -1;
    return stateCount++;
  }

  private void move(int from, int to, byte moveKind, CharSet set) {
    if (moveCount == target.length) {
      int size = 2 * moveCount;
      nextMove = Arrays.copyOf(nextMove, size);
      target = Arrays.copyOf(target, size);
      kind = Arrays.copyOf(kind, size);
      chars = Arrays.copyOf(chars, size);
    }
    target[moveCount] = to;
    kind[moveCount] = moveKind;
    chars[moveCount] = set;
    nextMove[moveCount] = firstMove[from];
    firstMove[from] = moveCount++;
  }

  private int moveToNew(int from, byte moveKind, CharSet set) {
    int to = newState();
    move(from, to, moveKind, set);
    return to;
  }

  /**
   * Adds the regex behind a state; returns the state after it. Trees are at most as deep as the
   * parsers allow.
   */
  private int build(Regex regex, int from) {
    return switch (regex) {
      case Regex.Chars c -> moveToNew(from, CHAR_MOVE, c.set());
      case Regex.Start s -> moveToNew(from, START_MOVE, null);
      case Regex.End e -> moveToNew(from, END_MOVE, null);
      case Regex.Look l ->
          throw new ConstraintException(
              ConstraintException.Code.UNSUPPORTED_REGEX,
              "",
              "a look-ahead must stand right behind the ^ of an alternative");
      case Regex.Sequence s -> {
        int at = from;
        for (Regex part : s.parts()) {
          at = build(part, at);
        }
        yield at;
      }
      case Regex.Choice c -> {
        int after = newState();
        for (Regex part : c.parts()) {
          move(build(part, moveToNew(from, EMPTY_MOVE, null)), after, EMPTY_MOVE, null);
        }
        yield after;
      }
      case Regex.Repeat r -> buildRepeat(r, from);
    };
  }

  private int buildRepeat(Regex.Repeat r, int from) {
    int at = from;
    for (int i = 0; i < r.min(); i++) {
      int before = at;
      at = build(r.part(), before);
      if (at == before) {
        return at; // nothing, however often
      }
    }
    if (r.max() == Regex.UNBOUNDED) {
      int loop = moveToNew(at, EMPTY_MOVE, null);
      move(build(r.part(), loop), loop, EMPTY_MOVE, null);
      return moveToNew(loop, EMPTY_MOVE, null);
    }
    int after = newState();
    for (int i = r.min(); i < r.max(); i++) {
      move(at, after, EMPTY_MOVE, null);
      at = build(r.part(), moveToNew(at, EMPTY_MOVE, null));
    }
    move(at, after, EMPTY_MOVE, null);
    return after;
  }
}
