package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.automaton.CharDfa;

/**
 * The JSON string without conditions: a few dozen states, worked out once. Its inner states are the
 * common currency of all string lexemes: masks made for them serve every string of every schema.
 */
final class AnyString {
  private static final DfaLexeme LEXEME = new DfaLexeme(CharDfa.ALL, true);

  /** next[state][byte], complete. */
  private static final int[][] NEXT = explore();

  static final int BODY = LEXEME.stateOf(Spelling.key(Spelling.BODY, 0, -1));
  static final int CLOSED = LEXEME.stateOf(Spelling.key(Spelling.CLOSED, 0, -1));
  static final int OPEN = LEXEME.start();
  static final int STATE_COUNT = NEXT.length;

  private AnyString() {}

  private static int[][] explore() {
    java.util.List<int[]> rows = new java.util.ArrayList<>();
    for (int state = 0, known = 1; state < known; state++) {
      int[] row = new int[256];
      for (int b = 0; b < 256; b++) {
        row[b] = LEXEME.next(state, b);
        known = Math.max(known, row[b] + 1);
      }
      rows.add(row);
    }
    return rows.toArray(int[][]::new);
  }

  static int next(int state, int b) {
    return NEXT[state][b];
  }

  static int stateOf(long key) {
    return LEXEME.stateOf(key);
  }

  static int bytesToEnd(int state) {
    return LEXEME.bytesToEnd(state);
  }

  static int nearestByte(int state) {
    return LEXEME.nearestByte(state);
  }
}
