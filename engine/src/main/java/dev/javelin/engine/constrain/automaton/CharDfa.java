package dev.javelin.engine.constrain.automaton;

import java.util.Arrays;

/**
 * A deterministic automaton over Unicode scalar values, state 0 first. Each state has sorted edges
 * (lo, hi, target) and a label: {@link #NO_LABEL} where the text may not end, else which of several
 * languages the text belongs to (0 for plain acceptors). Every state can reach a label, except
 * state 0 of the empty language.
 */
public final class CharDfa {
  public static final int DEAD = -1;
  public static final int NO_LABEL = -1;
  public static final CharDfa EMPTY = new CharDfa(new int[][] {{}}, new int[] {NO_LABEL});
  public static final CharDfa ALL =
      new CharDfa(new int[][] {{0, 0xD7FF, 0, 0xE000, CharSet.MAX, 0}}, new int[] {0});

  private final int[][] edges;
  private final int[] labels;
  private int hash; // 0 = not yet known

  /** Takes the arrays as they are; see {@link DfaOps#trim} for what must hold. */
  CharDfa(int[][] edges, int[] labels) {
    this.edges = edges;
    this.labels = labels;
  }

  public static CharDfa of(Regex wholeText) {
    return new Determinizer(new Nfa(wholeText)).build();
  }

  public int stateCount() {
    return labels.length;
  }

  public int label(int state) {
    return labels[state];
  }

  /** Triples lo, hi, target; do not modify. */
  public int[] edges(int state) {
    return edges[state];
  }

  public int next(int state, int codePoint) {
    int[] e = edges[state];
    int low = 0;
    int high = e.length / 3 - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (codePoint < e[3 * middle]) {
        high = middle - 1;
      } else if (codePoint > e[3 * middle + 1]) {
        low = middle + 1;
      } else {
        return e[3 * middle + 2];
      }
    }
    return DEAD;
  }

  /** The label of a text, {@link #NO_LABEL} if it is not in the language. */
  public int labelOf(String text) {
    int state = 0;
    for (int i = 0;
        i < text.length() && state != DEAD;
        i += Character.charCount(text.codePointAt(i))) {
      state = next(state, text.codePointAt(i));
    }
    return state == DEAD ? NO_LABEL : labels[state];
  }

  public boolean accepts(String text) {
    return labelOf(text) != NO_LABEL;
  }

  public boolean isEmpty() {
    return labels.length == 1 && labels[0] == NO_LABEL;
  }

  /** Whether from this state every text is accepted, with one label. */
  public boolean isUniversal(int state) {
    int[] e = edges[state];
    return labels[state] != NO_LABEL
        && e.length == 6
        && e[0] == 0
        && e[1] == 0xD7FF
        && e[2] == state
        && e[3] == 0xE000
        && e[4] == CharSet.MAX
        && e[5] == state;
  }

  @Override
  public boolean equals(Object o) {
    return o == this
        || o instanceof CharDfa d
            && hashCode() == d.hashCode()
            && Arrays.equals(labels, d.labels)
            && Arrays.deepEquals(edges, d.edges);
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      hash = 31 * Arrays.hashCode(labels) + Arrays.deepHashCode(edges);
    }
    return hash;
  }
}
